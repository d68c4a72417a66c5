"""What a workbook really is, by its bytes: the extension is often another."""

from __future__ import annotations

import zipfile
from pathlib import Path

from citylake.errors import FileRefused
from citylake.staging.reading.limits import prove_size
from citylake.staging.reading.zip_members import DAMAGED

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 4096
_SECTOR_BYTES = 512
_OTHERS = (
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "rar 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"PAR1", "Parquet 文件"),
)


def prove_kind(path: Path, file: str) -> str:
    """`xlsx`, `xls` or `ods`, whatever the file is called; raises FileRefused for anything else by its name."""
    with path.open("rb") as opened:
        head = opened.read(_HEAD_BYTES)
    if head.startswith(_ZIP):
        return _kind_of_zip(path, file)
    if head.startswith(_OLE):
        return _kind_of_ole(path, file)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<style")):
        raise _not_a_workbook("网页 (HTML) 表格", file)
    if text.startswith(b"<?xml"):
        raise _not_a_workbook("XML 文件", file)
    other = next((name for mark, name in _OTHERS if head.startswith(mark)), "文本 (如 CSV)")
    raise _not_a_workbook("有空字符的未知格式" if other.startswith("文本") and b"\0" in head else other, file)


def _kind_of_zip(path: Path, file: str) -> str:
    try:
        with zipfile.ZipFile(path) as book:
            entries = book.infolist()
            names = {entry.filename for entry in entries}
            manifest = book.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except DAMAGED as error:
        raise FileRefused(
            "file.unreadable",
            f"不是完整的工作簿 ({error})",
            action="用 Excel 或 WPS 打开检查, 另存后重报",
            file=file,
        ) from error
    if any(entry.flag_bits & 1 for entry in entries) or b"encryption-data" in manifest:
        raise _encrypted(file)
    for entry in entries:
        prove_size(entry.compress_size, entry.file_size, file, entry.filename)
    prove_size(path.stat().st_size, sum(entry.file_size for entry in entries), file)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    if "xl/workbook.bin" in names:
        raise _not_a_workbook("xlsb 工作簿", file)
    raise FileRefused(
        "file.archive_undeclared",
        "文件是 zip 压缩包, 契约没有约定压缩",
        action="解压后重报; 需要压缩传输的, 先在契约 form.archive 中登记",
        file=file,
    )


def _kind_of_ole(path: Path, file: str) -> str:
    """The directory of an OLE file names its streams in UTF-16."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _encrypted(file)
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    # The directory often stands at the end: what was cut has none.
    directory = (int.from_bytes(data[48:52], "little") + 2) * _SECTOR_BYTES
    if directory > len(data):
        raise FileRefused(
            "file.unreadable",
            f"工作簿不完整: 目录应在第 {directory - _SECTOR_BYTES} 字节, 文件只有 {len(data)} 字节",
            action="确认传输是否中断, 用 Excel 或 WPS 打开检查, 另存后重报",
            file=file,
        )
    raise _not_a_workbook("其他 Office 文件", file)


def _encrypted(file: str) -> FileRefused:
    return FileRefused("file.encrypted", "工作簿加了打开密码", action="去掉打开密码, 另存后重报", file=file)


def _not_a_workbook(what: str, file: str) -> FileRefused:
    return FileRefused(
        "file.form_mismatch",
        f"文件内容是{what}, 不是工作簿",
        action="用 Excel 或 WPS 打开, 另存为契约规定的格式 (xlsx) 后重报; 不要只改扩展名",
        file=file,
        value=what,
    )
