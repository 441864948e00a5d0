"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Return to the system what glibc keeps for later.

    Each of the threads that read pictures leaves hundreds of megabytes in a pool of its own, where nothing else can
    use them. Other C libraries do not pool like that: there it does nothing.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
