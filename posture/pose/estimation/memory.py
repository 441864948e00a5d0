"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes
import sys

from posture.errors import PostureError

try:
    import resource
except ImportError:  # no such limits on this system
    resource = None  # type: ignore[assignment]

#: Addresses that MediaPipe, OpenCV and their threads take, bytes: with 2 GB they ended in the midst, with 3.5 the
#: encoder of the annotated video did now and then.
ADDRESSES = 4.0e9
#: To be loaded at all they need this much; with 1.0 GB OpenCV crashes then.
LIBRARIES = 1.25e9


def address_limit() -> float:
    """Most addresses that this process may use, bytes; infinite where nobody limits them."""
    limit = -1 if resource is None else resource.getrlimit(resource.RLIMIT_AS)[0]
    return float("inf") if limit < 0 or limit >= 2**62 else float(limit)


def check_addresses(needed: float = ADDRESSES) -> None:
    """Refuse to begin where the libraries would crash: they do not check what they are given.

    Parameters
    ----------
    needed : float
        Bytes.

    Raises
    ------
    PostureError
    """
    limit = address_limit()
    if limit < needed:
        raise PostureError(
            f"This process may use {limit / 1e9:.1f} GB of memory addresses, and it needs "
            f"{ADDRESSES / 1e9:.0f}; raise the limit (ulimit -v unlimited)."
        )


def give_back() -> None:
    """Return to the system what glibc keeps for later.

    Each of the threads that read pictures leaves hundreds of megabytes in a pool of its own, where nothing else can
    use them. Other C libraries do not pool like that: there it does nothing.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
