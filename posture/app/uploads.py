"""A clip on its way in: refused before it is read where it is too large, streamed to disk, bounded, whole or gone."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from posture.storage.modes import touch

#: Largest clip: an hour of 1080p at 10 Mbit/s, bytes.
LARGEST = 5 * 1024**3
#: That stay free on the disk behind a clip, its annotated video and its tables.
_SPARE = 512 * 1024**2
#: Clips that come in at the same time.
_AT_ONCE = 4
#: Without a byte for this long whoever sends has gone, s.
_SILENCE = 60.0


@dataclass(frozen=True)
class RefusedError(Exception):
    """An upload that is not taken: status of the answer, and the sentence."""

    status: int
    sentence: str


class Uploads:
    """Takes clips.

    Parameters
    ----------
    folder : Path
        Where they lie until they are whole.
    largest : int
        Bytes.
    """

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._folder, self.largest, self._coming = folder, largest, 0

    @property
    def too_large(self) -> str:
        """What is said about a clip that is larger."""
        return (
            f"The clip is larger than {self.largest / 1024**3:.3g} GB; cut it, or use 'posture analyze' in a terminal."
        )

    async def take(self, request: Request) -> Path:
        """The whole body in a file of its own.

        Raises
        ------
        RefusedError
            If it is too large, the disk too full, or it does not come to its end.
        """
        size = _announced(request)
        if size > self.largest:
            raise RefusedError(413, self.too_large)
        if self._coming >= _AT_ONCE:
            raise RefusedError(429, "Too many clips are coming in at the same time; bring this one again in a moment.")
        target = self._folder / f"{secrets.token_hex(16)}.part"
        self._coming += 1
        try:
            await self._stream(request, target, size)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        finally:
            self._coming -= 1
        return target

    async def _stream(self, request: Request, target: Path, size: int) -> None:
        came, parts = 0, request.stream()
        try:
            if shutil.disk_usage(self._folder).free < 2 * size + _SPARE:
                raise RefusedError(
                    507, "The disk has too little room for this clip; free some space and bring it again."
                )
            touch(target)
            with target.open("wb") as file:
                while chunk := await asyncio.wait_for(anext(parts, b""), _SILENCE):
                    came += len(chunk)
                    if came > size:
                        raise RefusedError(400, "More came than was announced; bring the clip again.")
                    await run_in_threadpool(file.write, chunk)
        except (ClientDisconnect, TimeoutError) as error:
            raise RefusedError(408, "The clip did not come to its end; bring it again.") from error
        except OSError as error:
            raise RefusedError(507, f"The clip cannot be kept ({error.strerror}); free some space.") from error
        if came < size:
            raise RefusedError(400, "The clip did not come to its end; bring it again.")


def _announced(request: Request) -> int:
    """Bytes of the body."""
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or "transfer-encoding" in request.headers:
        raise RefusedError(411, "The size of the clip must be said before it is sent.")
    if int(said) == 0:
        raise RefusedError(400, "This file is empty (0 bytes): copy or record the video again.")
    return int(said)
