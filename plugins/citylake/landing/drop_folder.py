"""A watched folder `<root>/<department>/<files>`, local or mounted over SFTP, is carried to the inboxes.

A file that is still being uploaded is left alone: one with a temporary name, one that changed within the settle time by
the folder's own clock, one whose bytes are not those of its `<name>.sha256`, a zip or workbook without its end. A
`<name>.ok` beside a file says that it is whole. After its bytes lie in the inbox a file moves to
`<department>/.已收/<date>/`; nothing is deleted. A run that was killed between the two carries it once more under the
same key with the same moment, which landing knows as the same delivery.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from citylake.lake import Lake
from citylake.landing.handover import SIMULATED_MARK, origin_of
from citylake.landing.names import UNKNOWN, readable
from citylake.settings import SHANGHAI, Settings

log = structlog.get_logger(__name__)

TAKEN = ".已收"
_TEMPORARY = re.compile(r"(?:~\$|\.).*|.*\.(?:part|filepart|partial|tmp|temp|crdownload|download|writing)", re.I | re.S)
_MARKERS = (".ok", ".sha256")
_ZIPPED = re.compile(r".*\.(?:zip|xlsx|ods)", re.I | re.S)
_ZIP_START, _ZIP_END, _ZIP_TAIL = b"PK\x03\x04", b"PK\x05\x06", 22 + 65_535
# An upload that has not gone on for a day is none: the file is carried as it is, and staging says what is wrong.
_GIVE_UP_SECONDS = 24 * 3600.0
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class _Seen:
    """A regular file as it was when the folder was read."""

    path: Path
    size: int
    mtime_ns: int
    changed_at: float

    @classmethod
    def of(cls, path: Path, facts: os.stat_result) -> _Seen:
        # A client may set the time of modification to what it likes; a local disk's time of change it cannot.
        return cls(path, facts.st_size, facts.st_mtime_ns, max(facts.st_mtime, facts.st_ctime))


@dataclass(frozen=True)
class _Copy:
    """Our own copy of a file's bytes, which nobody goes on writing."""

    path: Path
    sha256: str


def carry(settings: Settings, lake: Lake, departments: set[str], department: str | None = None) -> list[str]:
    """Carries what is whole in the drop folder to the inboxes; returns what was left lying, in words, with the reason.

    `department` None: all folders; UNKNOWN: those that belong to no department, carried to the inbox of nobody.
    Does nothing without CITYLAKE_DROP_FOLDER. A folder that cannot be read stops no inbox: it is named. Raises
    StoreError.
    """
    root = settings.drop_folder
    if root is None:
        return []
    try:
        folders = sorted(root.iterdir())
    except OSError as error:
        return [f"投递文件夹 {root} 读不了 ({error.strerror}); 下一步: 挂载后重试, 或更正 CITYLAKE_DROP_FOLDER"]
    waiting = []
    for folder in folders:
        owner = folder.name if folder.name in departments else UNKNOWN
        if folder.name.startswith(".") or folder.name == SIMULATED_MARK or department not in (None, owner):
            continue
        if folder.is_symlink() or not folder.is_dir():
            waiting.append(f"{readable(folder.name)}: 不在部门文件夹内, 或是链接, 不收取")
            continue
        waiting += _Department(settings, lake, owner, folder).carry()
    return waiting


class _Department:
    """One department's folder."""

    def __init__(self, settings: Settings, lake: Lake, owner: str, folder: Path) -> None:
        self._settings = settings
        self._lake = lake
        self._owner = owner
        self._folder = folder

    def carry(self) -> list[str]:
        try:
            files, waiting = _look(self._folder)
            clock = _clock(self._folder) if files else 0.0
        except OSError as error:
            return [f"{self._folder.name}: 读写不了 ({error.strerror}); 下一步: 检查挂载与权限"]
        for seen in files:
            try:
                why = self._carry_one(seen, clock)
            except OSError as error:
                why = f"读写不了 ({error.strerror}); 下一步: 检查权限"
            if why:
                waiting.append(f"{self._folder.name}/{readable(seen.path.name)}: {why}")
        return waiting

    def _carry_one(self, seen: _Seen, clock: float) -> str | None:
        """Carries a file; returns why not when it counts as being uploaded still."""
        declared = _declared_sha256(seen.path)
        is_declared_whole = declared is not None or os.path.lexists(f"{os.fspath(seen.path)}.ok")
        age, settle = clock - seen.changed_at, self._settings.drop_settle_seconds
        if not is_declared_whole and age < settle:
            return f"{max(0, round(age))} 秒前有变动, 静置 {settle:g} 秒后再收"
        with _copied(seen) as copy:
            if copy is None:
                return "读取时仍在变动, 下次再收"
            if declared is not None and declared != copy.sha256:
                return "内容与 .sha256 文件不符, 相符后再收"
            if _ZIPPED.fullmatch(seen.path.name) and age < _GIVE_UP_SECONDS and _lacks_end(copy.path):
                return "压缩包或工作簿没有结尾, 尚未传完, 下次再收"
            self._put(seen, copy.path, clock)
        self._move(seen.path, clock)
        return None

    def _put(self, seen: _Seen, copy: Path, clock: float) -> None:
        arrived = datetime.fromtimestamp(min(seen.changed_at, clock), SHANGHAI).replace(microsecond=0)
        metadata = {"received-at": arrived.isoformat()}
        if origin_of(seen.path) == "simulated":
            metadata["origin"] = "simulated"
        key = f"{self._owner}/{arrived:%Y%m%dT%H%M%S}/{readable(seen.path.name)}"
        self._lake.put_file("inbox", key, copy, metadata)
        log.info("carried", key=key)

    def _move(self, path: Path, clock: float) -> None:
        """Into `.已收/<date>/`, on the same file system, never over another file."""
        target = self._folder / TAKEN / f"{datetime.fromtimestamp(clock, SHANGHAI):%Y-%m-%d}"
        target.mkdir(parents=True, exist_ok=True)
        for one in (*(path.with_name(path.name + ending) for ending in _MARKERS), path):
            if os.path.lexists(one):
                one.rename(_free(target / one.name))


def _look(folder: Path) -> tuple[list[_Seen], list[str]]:
    """The regular files below a folder, oldest first, and what is not taken, in words. Links are never followed."""
    files, waiting = [], []
    for place, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            facts = path.lstat()
            where = f"{folder.name}/{readable(name)}"
            if name == SIMULATED_MARK or _is_marker(path):
                continue
            if _TEMPORARY.fullmatch(name):
                if not name.startswith("."):
                    waiting.append(f"{where}: 临时文件名, 上传完成后再收")
            elif stat.S_ISREG(facts.st_mode):
                files.append(_Seen.of(path, facts))
            else:
                waiting.append(f"{where}: 不是普通文件 (链接、管道等), 不收取")
        links = (name for name in below if (Path(place) / name).is_symlink())
        waiting += [f"{folder.name}/{readable(name)}: 文件夹是链接, 不收取" for name in links]
    return sorted(files, key=lambda seen: (seen.changed_at, seen.path.name)), waiting


def _is_marker(path: Path) -> bool:
    """Whether a file says something of the file beside it."""
    return path.suffix.lower() in _MARKERS and os.path.lexists(path.with_suffix(""))


def _clock(folder: Path) -> float:
    """The present moment by the clock that stamps the files: a mounted folder lies on another machine."""
    probe = folder / TAKEN / ".clock"
    probe.parent.mkdir(exist_ok=True)
    probe.write_bytes(b".")
    return probe.stat().st_mtime


@contextmanager
def _copied(seen: _Seen) -> Iterator[_Copy | None]:
    """A private copy of a file and its sha256; None when the file was touched while it was read."""
    with tempfile.TemporaryDirectory(prefix="citylake-drop-") as folder:
        copy, digest = Path(folder) / "file", hashlib.sha256()
        descriptor = os.open(seen.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as source, copy.open("wb") as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            facts = os.fstat(source.fileno())
        is_same = (facts.st_size, facts.st_mtime_ns) == (seen.size, seen.mtime_ns) and copy.stat().st_size == seen.size
        yield _Copy(copy, digest.hexdigest()) if is_same else None


def _declared_sha256(path: Path) -> str | None:
    """The hash in `<name>.sha256` (as sha256sum writes it); an empty string while there is none in it yet."""
    marker = path.with_name(path.name + ".sha256")
    if not os.path.lexists(marker):
        return None
    if marker.is_symlink():
        return ""
    found = re.match(rb"\\?([0-9a-fA-F]{64})\b", marker.read_bytes()[:200])
    return found[1].decode().lower() if found else ""


def _lacks_end(path: Path) -> bool:
    """Whether a zip has no end of its central directory. What does not begin as a zip is for staging to judge."""
    with path.open("rb") as file:
        if file.read(4) != _ZIP_START:
            return False
        file.seek(max(0, path.stat().st_size - _ZIP_TAIL))
        return _ZIP_END not in file.read()


def _free(path: Path) -> Path:
    """A path that is not taken: `name.csv`, `name~2.csv`, …"""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem}~{number}{path.suffix}")
    return candidate
