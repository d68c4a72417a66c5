"""Small files that are there whole or not at all, and the lease that lets one process write the warehouse."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from citylake.warehouse.errors import DiskTooSmall, LeaseHeld

_LEASE = "writer.lock"
_held: set[Path] = set()


def write_json(path: Path, data: object) -> None:
    """Replaces a JSON file in one step, on disk before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_bytes(encode_json(data))
    commit_file(partial, path)


def encode_json(data: object) -> bytes:
    """JSON with sorted keys, so that equal data gives equal bytes; dates and moments in ISO form."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=_iso) + "\n").encode()


def _iso(value: date | Path) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file, or None when there is no such file."""
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return data


def commit_file(partial: Path, path: Path) -> None:
    """Forces a finished file to disk and gives it its name; readers see the old file or the new one."""
    _sync(partial)
    os.replace(partial, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raises DiskTooSmall before a long write that would not fit."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise DiskTooSmall(folder, needed_bytes, free)


@contextmanager
def lease(folder: Path, purpose: str) -> Iterator[None]:
    """Keeps every other process from building or publishing; raises LeaseHeld at once when one does.

    The lock belongs to the open file, so it ends with the process however that ends. Within one process it nests.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = (folder / _LEASE).resolve()
    if path in _held:
        yield
        return
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise LeaseHeld(file.read().strip() or "unknown", path) from error
        file.truncate(0)
        file.write(f"{purpose}, pid {os.getpid()}, {socket.gethostname()}\n")
        file.flush()
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
            file.truncate(0)
