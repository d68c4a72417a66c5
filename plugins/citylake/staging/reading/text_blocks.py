"""A text file as blocks of UTF-8 with LF line ends, each cut at the end of a record; memory is bounded by the block.

LF, CR LF and CR alone each end a line, also mixed. What was read goes back into the same memory block after block:
fresh memory would cost as much as the reading itself.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import decoding, quotes
from citylake.staging.reading.block import Reading
from citylake.staging.reading.marks import LOST_TEXTS, Marks, positions, scan

FIELD_BYTES = 1024 * 1024
# A record runs over a few lines at most; what goes on for longer has lost a quote or a line end.
_ENDLESS_BYTES = 8 * FIELD_BYTES


class Text(NamedTuple):
    """Whole records: UTF-8 with LF ends, its quotes where they are known already, and where its bytes stand in the
    file: offset, number and the line of the first.
    """

    data: bytes
    quotes: np.ndarray | None
    raw_at: int
    raw_size: int
    raw_line: int


class Memory:
    """A buffer that is filled again and again. Whoever still holds the bytes of the last time keeps them unchanged."""

    def __init__(self) -> None:
        self._io = io.BytesIO()

    def read_from(self, file: io.BufferedReader, wanted: int) -> bytes:
        """Up to `wanted` bytes of a file."""
        if self._io.getbuffer().nbytes < wanted:
            self._io.seek(wanted - 1)
            self._io.write(b"\0")
        with self._io.getbuffer() as room:
            size = file.readinto(room[:wanted])
        return self.shortened(size)

    def shortened(self, size: int) -> bytes:
        """The first bytes of what was filled in, without a copy when nobody else holds it."""
        self._io.truncate(size)
        return self._io.getvalue()


def text_blocks(path: Path, contract: Contract, reading: Reading) -> Iterator[Text]:
    """Blocks of a text file behind its byte-order mark; raises FileRefused for bytes that are no text.

    Whoever takes a block drops it before asking for the next: only then is its memory used again.
    """
    memory = Memory()
    with decoding.open_text(path, contract, reading) as file:
        encoding = reading.encoding or "utf-8"
        at, wanted, is_last = file.tell(), reading.block_bytes, False
        while not is_last:
            data = memory.read_from(file, wanted)
            is_last = len(data) < wanted
            found = _quotes(data, encoding)
            cut = len(data) if is_last else _cut(data, encoding, found)
            rest = len(data) - cut
            endless = data[cut:] if rest > _ENDLESS_BYTES else b""
            if is_last and data and not data.endswith((_LF[encoding], _CR[encoding])):
                reading.note("file.no_last_newline")
            del data
            if cut:
                yield _text(memory.shortened(cut), found[: np.searchsorted(found, cut)], at, reading)
            if endless:
                _refuse_endless(endless.decode(encoding, "replace"), reading)
            at += cut
            # The record cut in two is read once more, which costs less than joining it to the next block.
            file.seek(at)
            wanted = reading.block_bytes + rest


_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_LF, _CR = ({encoding: end.encode(encoding) for encoding in _ENCODINGS} for end in "\n\r")


def _units(data: bytes, encoding: str) -> np.ndarray:
    return np.frombuffer(data, dtype="<u2" if encoding.endswith("le") else ">u2", count=len(data) // 2)


def _quotes(data: bytes, encoding: str) -> np.ndarray:
    """Byte offsets of all quotes; neither quotes nor line ends occur inside a character of GB18030."""
    if encoding.startswith("utf-16"):
        return np.flatnonzero(_units(data, encoding) == ord('"')) * 2
    return positions(data)


def _cut(data: bytes, encoding: str, found: np.ndarray) -> int:
    """Where the last whole record ends."""
    is_wide = encoding.startswith("utf-16")
    if (_units(data, encoding) == ord("\n")).any() if is_wide else b"\n" in data:
        return quotes.cut_at_record_end(data, found, _LF[encoding], len(data))
    # A CR at the very end may have its LF still to come.
    end = _CR[encoding]
    return quotes.cut_at_record_end(data, found, end, len(data) - len(end))


def _text(raw: bytes, found: np.ndarray, at: int, reading: Reading) -> Text:
    """One block in UTF-8 with LF ends, ending with one."""
    encoding, data = reading.encoding or "utf-8", raw
    if encoding != "utf-8":  # UTF-8 is proven by the parser, which takes nothing else
        data = decoding.to_utf8(raw, encoding, reading.file_name, at, reading.line)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    is_as_it_was = data is raw
    if not data.endswith(b"\n"):
        data += b"\n"
    return Text(data, found if is_as_it_was else None, at, len(raw), reading.line)


def examined(text: Text, path: Path, reading: Reading) -> Marks:
    """The marks of a block; raises FileRefused for a NUL and for the characters that stand where text was lost."""
    marks = scan(text.data, text.quotes)
    if marks.low > marks.newlines and b"\0" in text.data:
        _refuse_nul(text, path, reading)
    if marks.is_maybe_lost:
        _refuse_lost(text.data, reading)
    return marks


def _refuse_nul(text: Text, path: Path, reading: Reading) -> None:
    with path.open("rb") as file:
        file.seek(text.raw_at)
        raw = file.read(text.raw_size)
    where = "文件中" if (reading.encoding or "").startswith("utf-16") else f"第 {text.raw_at + raw.index(0)} 字节"
    raise FileRefused(
        "file.encoding",
        f"{where}是空字符 (NUL), 不是文本文件",
        action="确认文件没有损坏, 重新导出后重报",
        file=reading.file_name,
        line=reading.line + text.data.count(b"\n", 0, text.data.index(0)),
    )


def _refuse_lost(data: bytes, reading: Reading) -> None:
    """Characters that only stand where text was destroyed before the export."""
    for text in LOST_TEXTS:
        place = data.find(text.encode())
        if place >= 0:
            raise FileRefused(
                "file.mojibake",
                f"文本中出现乱码特征“{text}”, 说明导出前编码已损坏",
                action="从源系统按正确编码重新导出; 损坏的文字无法还原",
                file=reading.file_name,
                line=reading.line + data.count(b"\n", 0, place),
                value=text,
            )


def _refuse_endless(text: str, reading: Reading) -> None:
    """What goes on without a record end is one huge field, or text behind a quote that is never closed."""
    first = text[:FIELD_BYTES]
    if "\n" not in first and "\r" not in first:
        place = first[: first.rfind(reading.delimiter) + 1].count(reading.delimiter)
        raise too_long(reading, reading.line, place, first.rsplit(reading.delimiter, 1)[-1])
    at = max(text.find('"'), 0)
    raise FileRefused(
        "file.quote_unclosed",
        "引号没有配对, 其后的行无法分开",
        action="检查该行的双引号, 字段内的双引号应写成两个, 修改后重报",
        file=reading.file_name,
        line=reading.line + text.count("\n", 0, at),
        value=text[at : at + 40],
    )


def too_long(reading: Reading, line: int, place: int, value: str) -> FileRefused:
    """A field beyond FIELD_BYTES, the file's column number `place` (from 0).

    It refuses the file and not the row: such a field is a lost quote or pasted material, and where it ends, and with
    it which rows are whole, is not certain.
    """
    headers = {header.position: header.header for header in reading.headers}
    return FileRefused(
        "file.field_too_long",
        f"有一格超过 {FIELD_BYTES // 1024 // 1024} MB",
        action="检查该行是否缺少引号, 或误将整段文字、文件内容粘入一格, 修改后重报",
        file=reading.file_name,
        line=line,
        column=headers.get(place + 1),
        value=value[:40],
    )
