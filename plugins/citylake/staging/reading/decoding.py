"""Strict decoding: the encoding is declared by the contract or proven by the bytes, never guessed.

UTF-8 (with or without a byte-order mark), GB18030 and UTF-16 are told apart by their marks and by decoding the whole
file strictly. One bad byte refuses the file with its offset and line; no replacement character ever enters the lake.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.mojibake import misread
from citylake.staging.reading import gb18030
from citylake.staging.reading.block import Reading

_SAMPLE_BYTES = 64 * 1024
BOM_UTF8 = codecs.BOM_UTF8
_BOMS = ((BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Words that only appear when UTF-8 was read as GBK or the reverse, and the mark of bytes already lost.
_MOJIBAKE = re.compile("锟斤拷|\ufffd|鐜嬩|鏈夐檺|甯稿窞|å¸¸å·ž|Ã¥|â€œ")


def mark_of(head: bytes) -> tuple[str, int] | None:
    """Encoding and length of a byte-order mark, if the file begins with one."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    return None


def to_utf8(block: bytes, encoding: str, file: str, offset: int, line: int) -> bytes:
    """Decodes strictly and gives the same text as UTF-8; raises FileRefused with byte offset and line.

    :param block: bytes as they stand in the file, their line ends too
    :param offset: where the block begins in the file
    :param line: physical line of its first byte
    """
    try:
        return gb18030.to_utf8(block) if encoding == "gb18030" else block.decode(encoding).encode()
    except UnicodeDecodeError as error:
        bad = offset + error.start
        before = block[: error.start].decode(encoding)
        raise FileRefused(
            "file.encoding",
            f"第 {bad} 字节 (0x{block[error.start]:02X}) 不是有效的 {encoding.upper()} 文本",
            action="确认导出时选择的编码与契约一致, 重新导出后重报",
            file=file,
            line=line + before.replace("\r\n", "\n").replace("\r", "\n").count("\n"),
            value=block[error.start : error.start + 4].hex(" "),
        ) from error


def prove(path: Path, encoding: str, offset: int, size: int, file: str, line: int) -> None:
    """Raises FileRefused when these bytes of a file are not valid text."""
    with path.open("rb") as opened:
        opened.seek(offset)
        to_utf8(opened.read(size), encoding, file, offset, line)


def _is_utf8(head: bytes) -> bool:
    """Whether the sample is certainly UTF-8: text in another Chinese encoding cannot pass for it at this length."""
    try:
        text = codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return len(text) - len(text.encode("ascii", "ignore")) >= 10


def choose(head: bytes, declared: list[str], file: str) -> tuple[str, str]:
    """Encoding and evidence for a file, from its first bytes and the contract's list.

    With several encodings declared, the first one that decodes the sample strictly is taken; the whole file is still
    decoded strictly afterwards, so a wrong choice ends in a refusal and never in wrong text.
    """
    if found := mark_of(head):
        encoding = found[0]
        if encoding.removesuffix("-le").removesuffix("-be") not in declared:
            raise FileRefused(
                "file.encoding",
                f"文件以 {encoding.upper()} 标记开头, 契约只接受 {'、'.join(declared)}",
                action="按契约的编码重新导出后重报",
                file=file,
                line=1,
            )
        return encoding, f"byte-order mark {head[: found[1]].hex()}"
    if "utf-8" not in declared and _is_utf8(head):
        raise FileRefused(
            "file.encoding",
            f"文件是 UTF-8 编码, 契约只接受 {'、'.join(declared)}",
            action="按契约的编码重新导出后重报",
            file=file,
            line=1,
        )
    without_mark = [order for name in declared for order in _BYTE_ORDERS.get(name, [name])]
    for encoding in without_mark:
        text = _sample(head, encoding)
        if text is None:
            continue
        if found_word := _MOJIBAKE.search(text) or misread(text):
            raise FileRefused(
                "file.mojibake",
                f"文本中出现乱码特征“{found_word[0]}”, 说明导出前编码已损坏",
                action="从源系统按正确编码重新导出; 损坏的文字无法还原",
                file=file,
                line=1 + text.count("\n", 0, found_word.start()),
                value=found_word[0],
            )
        return encoding, f"declared {'|'.join(declared)}; first {len(head)} bytes decode strictly as {encoding}"
    return without_mark[0], f"declared {'|'.join(declared)}"


_BYTE_ORDERS = {"utf-16": ["utf-16-le", "utf-16-be"]}


def _sample(head: bytes, encoding: str) -> str | None:
    """The first characters of a file, None when they are none in this encoding.

    The sample may end inside a character: an incremental decoder does not mind. Nearly all bytes are UTF-16 of
    something; what counts as such without a byte-order mark holds line ends and no NUL.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except UnicodeDecodeError:
        return None
    if encoding.startswith("utf-16") and ("\0" in text or not ("\n" in text or "\r" in text)):
        return None
    return text


@contextmanager
def open_text(path: Path, contract: Contract, reading: Reading) -> Iterator[io.BufferedReader]:
    """Opens a text file behind its byte-order mark; the choice of encoding and its evidence go into `reading`."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
        reading.encoding, reading.evidence = choose(head, list(contract.form.encodings), reading.file_name)
        mark = mark_of(head)
        file.seek(mark[1] if mark else 0)
        yield file
