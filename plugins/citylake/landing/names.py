"""Names of files and folders in an inbox: which are safe, and what a batch folder looks like."""

from __future__ import annotations

import re

UNKNOWN = "_unknown"
# A department may group the files of one hand-over in a folder named by its moment.
_BATCH = re.compile(r"[0-9]{8}T[0-9]{6,12}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]|\.\.|^\.|^\s*$")
_NAME_BYTES = 255


def split_key(key: str) -> tuple[str, str]:
    """Department and file name of an inbox key `<department>/[<batch>/]<file>`."""
    department, _, rest = key.partition("/")
    batch, _, name = rest.partition("/")
    return department, name if name and _BATCH.fullmatch(batch) else rest


def unsafe_name(name: str) -> str | None:
    """Why a file name cannot be used, in words; None for a safe one."""
    if _UNSAFE.search(name):
        return f"文件名 {name!r} 含路径或控制字符"
    if len(name.encode()) > _NAME_BYTES:
        return f"文件名超过 {_NAME_BYTES} 字节"
    return None
