"""Packed deliveries (zip, gzip): unpacked under names of our own, within limits, after the bytes proved what they are.

Names inside an archive are shown and never used as paths.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading.block import Reading
from citylake.staging.reading.limits import prove_size
from citylake.staging.reading.zip_members import unpack_zip

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_UNSUPPORTED = {
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_HEAD_BYTES = 8
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """A plain file to be read; `name` is what it is called inside its archive."""

    path: Path
    name: str | None = None


@contextmanager
def opened(path: Path, contract: Contract, reading: Reading) -> Iterator[list[Member]]:
    """The plain files of a delivery, in the order of their names; unpacked ones vanish at the end.

    Raises FileRefused when the bytes are not what the contract's `form.archive` says, or break a limit.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    packed_as = _packed_as(head, reading)
    declared = contract.form.archive
    if declared == "none":
        # Workbooks are zip files themselves: what their reader does not know, it refuses.
        if packed_as and not (packed_as == "zip" and contract.is_workbook):
            raise FileRefused(
                "file.archive_undeclared",
                f"文件是 {packed_as} 压缩包, 契约没有约定压缩",
                action="解压后重报; 需要压缩传输的, 先在契约 form.archive 中登记",
                file=reading.file_name,
            )
        yield [Member(path)]
        return
    if packed_as != declared:
        raise FileRefused(
            "file.unreadable",
            f"契约约定 {declared} 压缩, 收到的" + (f"是 {packed_as} 压缩包" if packed_as else "不是压缩包"),
            action=f"用 {declared} 压缩后重报",
            file=reading.file_name,
            value=head.hex(" "),
        )
    with tempfile.TemporaryDirectory(prefix="citylake-archive-") as folder:
        if declared == "gzip":
            plain = Path(folder) / "member"
            _unpack_gzip(path, plain, reading)
            yield [Member(plain)]
        else:
            yield [Member(plain, name) for name, plain in unpack_zip(path, Path(folder), contract, reading)]


def _packed_as(head: bytes, reading: Reading) -> str | None:
    for mark, name in _UNSUPPORTED.items():
        if head.startswith(mark):
            raise FileRefused(
                "file.archive_unsupported",
                f"{name} 压缩包不支持",
                action="改用契约约定的压缩格式 (zip 或 gzip) 后重报",
                file=reading.file_name,
                value=name,
            )
    if head.startswith((ZIP, _EMPTY_ZIP)):
        return "zip"
    return "gzip" if head.startswith(GZIP) else None


def _unpack_gzip(path: Path, plain: Path, reading: Reading) -> None:
    """Unpacks piece by piece; its checksum is proven at the end, and nothing may follow."""

    def refused(rule: str, message: str) -> FileRefused:
        action = "重新压缩, 核对文件大小后重报"
        return FileRefused(rule, message, action=action, file=reading.file_name)

    unpacking, packed, unpacked = zlib.decompressobj(wbits=31), 0, 0
    with path.open("rb") as source, plain.open("wb") as target:
        while not unpacking.eof:
            fresh = unpacking.unconsumed_tail or source.read(_PIECE)
            if not fresh:
                raise refused("file.truncated", f"gzip 文件在第 {packed} 字节处中断")
            packed += 0 if unpacking.unconsumed_tail else len(fresh)
            try:
                data = unpacking.decompress(fresh, _PIECE)
            except zlib.error as error:
                raise refused("file.unreadable", f"gzip 文件损坏, 校验不符 ({error})") from error
            unpacked += len(data)
            prove_size(packed, unpacked, reading.file_name)
            target.write(data)
        rest = unpacking.unused_data or source.read(_PIECE)
    if rest.startswith(GZIP):
        raise refused("file.several_members", "gzip 文件由多段拼接而成, 无法确认是否完整")
    if rest:
        raise refused("file.trailing_bytes", f"gzip 数据之后还有多余的内容 ({rest[:8].hex(' ')}…)")
