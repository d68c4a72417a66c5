"""Names of files and folders in an inbox: which are safe, and what a name says about a delivery."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

UNKNOWN = "_unknown"
# A department may group the files of one hand-over in a folder named by its moment.
_BATCH = re.compile(r"[0-9]{8}T[0-9]{6,12}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]|\.\.|^\.|^\s*$")
_NAME_BYTES = 255
# `税务登记信息_202509_更正.csv`; a second correction of the day may be numbered: `…_更正2.csv`.
_MARKED = re.compile(
    r"(?P<stem>.+)_(?P<mark>更正|补报|撤回)[0-9]{0,2}(?P<ending>(?:\.[A-Za-z0-9]{1,8}){0,2})", re.DOTALL
)
_KINDS = {"更正": "correction", "补报": "supplement", "撤回": "withdrawal"}
# A returned correction list; mail programs and clerks add to its name what they like.
_RECEIPT = re.compile(
    r"(?:校核单[_ -]?)?(?P<delivery>[0-9]{8}T[0-9]{6}-[0-9a-f]{12}).*\.xlsx", re.DOTALL | re.IGNORECASE
)


class Marked(NamedTuple):
    """A file name taken apart: what comes before the mark, the kind that the mark says, the ending."""

    stem: str
    kind: str
    ending: str


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


def readable(name: str) -> str:
    """A file name as people wrote it: names from Windows machines are often GB18030 bytes."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", errors="backslashreplace")


def marked(name: str) -> Marked | None:
    """The mark of a correction, supplement or withdrawal at the end of a file name; None without one."""
    match = _MARKED.fullmatch(name)
    return Marked(match["stem"], _KINDS[match["mark"]], match["ending"]) if match else None


def answered_delivery(name: str) -> str | None:
    """The delivery that a returned correction list (校核单) answers, from its file name; None for other files."""
    match = _RECEIPT.fullmatch(name)
    return match["delivery"] if match else None
