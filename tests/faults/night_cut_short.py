"""Run as a process of its own: lands and stages, and dies by SIGKILL before its n-th write to the store."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from citylake import landing, staging
from citylake.lake import Lake
from citylake.settings import get_settings

WRITES = ("put", "put_file", "put_once", "remove")


def die_before(nth: int) -> None:
    """Counts every write of the lake together; the process is killed before the n-th one."""
    seen = 0

    def counted(write: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return write(*arguments, **named)

        return call

    for name in WRITES:
        setattr(Lake, name, counted(getattr(Lake, name)))


if __name__ == "__main__":
    die_before(int(sys.argv[1]))
    landing.land(get_settings())
    staging.stage(get_settings())
