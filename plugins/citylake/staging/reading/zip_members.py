"""The members of a zip archive: which are taken, what they are called, and their safe way onto the disk."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import limits
from citylake.staging.reading.block import Reading

_PIECE = 1024 * 1024
_IS_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_BOOKS = (".xlsx", ".xls", ".ods", ".et", ".xlsm")
# Extensions under which departments pack each form.
_EXTENSIONS = {
    "csv": (".csv", ".tsv", ".txt"),
    "xlsx": _BOOKS,
    "xls": _BOOKS,
    "ods": _BOOKS,
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "parquet": (".parquet",),
    "fixed": (".txt", ".dat", ".fix"),
}
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst")
_ARCHIVE_MARKS = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
# What Python's reader raises over directories and members that are not as they should be.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    UnicodeError,
    IndexError,
    OverflowError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    struct.error,
)
# What file managers leave in an archive without being asked.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def unpack_zip(path: Path, folder: Path, contract: Contract, reading: Reading) -> list[tuple[str, Path]]:
    """Unpacks the members of the contract's form into `folder`; gives their shown names and paths, by name.

    Raises FileRefused for an archive that is damaged, locked, too large, unsafe, or holds what the contract does not
    know.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = _wanted(archive, contract, reading)
            found = []
            for number, (name, entry) in enumerate(wanted):
                plain = folder / f"{number:04d}"
                _unpack(archive, entry, plain, name, contract, reading)
                found.append((name, plain))
            return found
    except NotImplementedError as error:
        raise _refused("file.archive_unsupported", f"压缩方法不支持 ({error})", reading) from error
    except DAMAGED as error:
        raise _refused("file.unreadable", f"zip 文件损坏或不完整 ({error})", reading) from error


def _wanted(archive: zipfile.ZipFile, contract: Contract, reading: Reading) -> list[tuple[str, zipfile.ZipInfo]]:
    """Members of the contract's form, by their shown names; the list alone is judged here, nothing is unpacked."""
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > limits.MEMBERS:
        words = f"压缩包内有 {len(entries)} 个文件, 超过 {limits.MEMBERS} 个"
        raise _refused("file.too_many_members", words, reading)
    wanted: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = shown_name(entry)
        if name.startswith(_LITTER[0]) or PurePosixPath(name).name in _LITTER[1:]:
            reading.note(f"压缩包内的“{name}”是系统文件, 没有读取")
            continue
        _prove_safe(entry, name, name in wanted, reading)
        if name.lower().endswith(_ARCHIVES):
            raise _refused("file.nested_archive", f"压缩包内还有压缩包“{name}”", reading, name)
        if name.lower().endswith(_EXTENSIONS[contract.form.type]):
            wanted[name] = entry
        elif contract.drift.table == "freeze":
            raise _refused("file.member_unknown", f"压缩包内有契约不认识的文件“{name}”", reading, name)
        else:
            reading.note(f"压缩包内的“{name}”不在契约中, 没有读取")
    if not wanted:
        raise _refused("file.empty", f"压缩包内没有 {contract.form.type} 文件", reading)
    total = sum(entry.file_size for entry in wanted.values())
    limits.prove_size(sum(entry.compress_size for entry in wanted.values()), total, reading.file_name)
    return sorted(wanted.items())


def shown_name(entry: zipfile.ZipInfo) -> str:
    """A member's name as its sender wrote it: UTF-8 where the entry says so, else UTF-8 or GBK by strict decoding."""
    if entry.flag_bits & _IS_UTF8:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return entry.orig_filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return entry.filename


def _prove_safe(entry: zipfile.ZipInfo, name: str, is_doubled: bool, reading: Reading) -> None:
    if not name:
        raise _refused("file.unreadable", "zip 文件损坏: 有文件没有名字", reading)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or PureWindowsPath(name).drive or "\0" in name:
        raise _refused("file.unsafe_name", f"压缩包内的文件名“{name}”指向别的目录", reading, name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _refused("file.unsafe_name", f"压缩包内的“{name}”是链接, 不是文件", reading, name)
    if is_doubled:
        raise _refused("file.unsafe_name", f"压缩包内有两个文件都叫“{name}”", reading, name)
    if entry.flag_bits & _IS_ENCRYPTED:
        raise _refused("file.encrypted", f"压缩包内的“{name}”加了密码", reading, name)
    limits.prove_size(entry.compress_size, entry.file_size, reading.file_name, name)


def _unpack(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, plain: Path, name: str, contract: Contract, reading: Reading
) -> None:
    """Copies one member piece by piece; its length and checksum are proven by what really comes out."""
    unpacked = 0
    with archive.open(entry) as source, plain.open("wb") as target:
        while data := source.read(_PIECE):
            if not unpacked and not contract.is_workbook and data.startswith(_ARCHIVE_MARKS):
                raise _refused("file.nested_archive", f"压缩包内的“{name}”又是压缩包", reading, name)
            unpacked += len(data)
            limits.prove_size(entry.compress_size, unpacked, reading.file_name, name)
            target.write(data)
    if unpacked != entry.file_size:
        raise _refused(
            "file.truncated", f"压缩包内的“{name}”应有 {entry.file_size} 字节, 只有 {unpacked}", reading, name
        )
    if not unpacked:
        raise _refused("file.empty", f"压缩包内的“{name}”是空文件", reading, name)


def _refused(rule: str, message: str, reading: Reading, value: str | None = None) -> FileRefused:
    actions = {
        "file.encrypted": "去掉密码, 重新压缩后重报",
        "file.too_many_members": "合并成几个文件后重报",
        "file.member_unknown": "只压缩契约规定格式的数据文件; 需要一并报送的, 先登记",
    }
    action = actions.get(rule, "只压缩数据文件本身, 重新压缩并核对大小后重报")
    return FileRefused(rule, message, action=action, file=reading.file_name, value=value)
