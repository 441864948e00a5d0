"""Forms: read whole, bounded, as plain text."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from posture.errors import PostureError

#: Largest form, bytes: sixteen questions take a hundredth of it.
_MOST = 64 * 1024


async def pairs(request: Request) -> list[tuple[str, str]]:
    """Fields and values in the order in which they stand in the form.

    Raises
    ------
    PostureError
        If it is no form, or too large for one.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST:
            raise PostureError("This is too large for a form.")
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=300, errors="strict")
    except ValueError as error:
        raise PostureError("This is no form.") from error


async def fields(request: Request) -> dict[str, str]:
    """The same by name; the last one counts."""
    return dict(await pairs(request))
