"""The folder `reports`: tracker and receipts of a date lie side by side and are written by runs of their own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from citylake.settings import Settings

# Receipts of a date, by department.
FOLDER = "receipts"


@contextmanager
def reports_lock(settings: Settings) -> Iterator[None]:
    """Holds the folder `reports` for the moment in which files are moved into place; ends with the process."""
    settings.reports_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.reports_dir / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
