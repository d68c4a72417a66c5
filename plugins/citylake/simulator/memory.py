"""Memory that a finished world no longer needs."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Returns what drafts of the world left behind to the system.

    The C library of Linux keeps freed pieces below 32 MB for itself: in a whole city some 300 MB that the large blocks
    of text afterwards, which come from another allocator, cannot use. Elsewhere this does nothing.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
