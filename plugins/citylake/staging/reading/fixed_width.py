"""Fixed width: fields by position, counted in characters or, as mainframes do, in bytes of the encoding.

Lines are cut before they are decoded where bytes count: a field that begins in the middle of a character shows that its
line has slipped, and the line is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import polars as pl

from citylake.contracts import Column, Contract
from citylake.errors import FileRefused
from citylake.staging.reading import decoding, gb18030
from citylake.staging.reading.block import Block, HeaderRecord, Reading
from citylake.staging.reading.matching import HeaderMatcher

_RAW = "line"
_SEPARATOR = b"\n"
# Fields are filled up with blanks, also full-width ones.
_BLANKS = " \u3000"


def read_fixed_width(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a fixed-width file; raises FileRefused when the file as a whole cannot be taken."""
    layout = _Layout(contract, reading)
    line = 1
    with decoding.open_text(path, contract, reading) as file:
        if (reading.encoding or "").startswith("utf-16") and contract.form.counts == "bytes":
            raise FileRefused(
                "file.encoding",
                "按字节定位的文件不能是 UTF-16",
                action="用契约约定的编码重新导出后重报",
                file=reading.file_name,
            )
        for position, column in enumerate(contract.columns.values(), 1):
            reading.headers.append(HeaderRecord(position, column.header, column.name, reading.place(None)))
        rest, offset, is_last = b"", file.tell(), False
        while not is_last:
            fresh = file.read(reading.block_bytes)
            is_last = len(fresh) < reading.block_bytes
            data = rest + fresh
            if is_last and data and not data.endswith((b"\n", b"\r", b"\n\0", b"\0\n")):
                reading.note("file.no_last_newline")
            # Newlines cannot be found in UTF-16 bytes: such files are read whole.
            is_cut = not is_last and not (reading.encoding or "").startswith("utf-16")
            cut = data.rfind(_SEPARATOR) + 1 if is_cut else len(data) if is_last else 0
            block, rest = data[:cut], data[cut:]
            if block:
                text = decoding.to_utf8(block, reading.encoding or "utf-8", reading.file_name, offset, line)
                texts = _lines(text).cast(pl.String)
                yield layout.block(_lines(block) if contract.form.counts == "bytes" else texts, texts, line)
                line += texts.len()
            offset += cut


def _lines(data: bytes) -> pl.Series:
    """Lines without their ends (LF, CR LF or CR alone)."""
    if b"\r" in data:
        data = data.replace(b"\r\n", _SEPARATOR).replace(b"\r", _SEPARATOR)
    return pl.Series(_RAW, data.removesuffix(_SEPARATOR).split(_SEPARATOR), dtype=pl.Binary)


class _Layout:
    """Positions of one contract, and how its lines are taken apart."""

    def __init__(self, contract: Contract, reading: Reading) -> None:
        self._contract, self._reading = contract, reading
        self._is_bytes = contract.form.counts == "bytes"
        self._fields = [(column, *column.position) for column in contract.columns.values() if column.position]
        self._width = max(start + length - 1 for _, start, length in self._fields)

    def block(self, raw: pl.Series, texts: pl.Series, first: int) -> Block:
        """Lines of one block as rows, given as the positions count them (bytes or characters) and as text."""
        numbers = pl.int_range(first, first + texts.len(), eager=True).alias("line_number")
        # Blanks behind the last field say nothing: they may be cut off or added on the way.
        padding = texts.str.len_bytes().cast(pl.Int64) - texts.str.strip_chars_end(" ").str.len_bytes()
        size = (raw.bin.size() if self._is_bytes else raw.str.len_chars()).cast(pl.Int64)
        is_blank = texts.str.strip_chars() == ""
        is_short, is_long = ~is_blank & (size < self._width), ~is_blank & (size - padding > self._width)
        self._reading.set_aside_rows(None, numbers.filter(is_blank), "", "row.blank")
        good = ~(is_blank | is_short | is_long)
        frame, is_broken = self._frame(raw.filter(good))
        good_numbers = numbers.filter(good)
        ragged = [
            _ragged(texts.filter(is_short), numbers.filter(is_short), "row.too_short"),
            _ragged(texts.filter(is_long), numbers.filter(is_long), "row.too_long"),
            _ragged(texts.filter(good).filter(is_broken), good_numbers.filter(is_broken), "row.misaligned"),
        ]
        frame, kept = frame.filter(~is_broken), good_numbers.filter(~is_broken)
        if first == 1:
            frame, kept = self._without_header(frame, kept)
        return Block(frame, kept, ragged=pl.concat(ragged).sort("line_number"))

    def _frame(self, raw: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Fields as text, and which lines hold a field that begins or ends inside a character."""
        # Cut at every border, a character in two leaves half of itself at the end of a piece, which never decodes.
        ends = {start - 1 + length for _, start, length in self._fields}
        borders = sorted({0, *ends, *(start - 1 for _, start, _ in self._fields)})
        spans = list(pairwise(borders))
        pieces = {start: self._piece(raw, start, end - start) for start, end in spans}
        frame = pl.DataFrame({str(start): piece for start, piece in pieces.items()})
        is_broken = frame.select(pl.any_horizontal(pl.all().is_null())).to_series()
        fields = [
            pl.concat_str([str(at) for at, _ in spans if start - 1 <= at < start - 1 + length])
            .str.strip_chars(_BLANKS)
            .alias(column.name)
            for column, start, length in self._fields
        ]
        return frame.select(fields), is_broken

    def _piece(self, raw: pl.Series, start: int, length: int) -> pl.Series:
        return self._decoded(raw.bin.slice(start, length)) if self._is_bytes else raw.str.slice(start, length)

    def _decoded(self, cells: pl.Series) -> pl.Series:
        """Cells as text: all at once, and one by one only where that fails; null for half a character."""
        try:
            text = self._text(_SEPARATOR.join(cells)).split("\n") if cells.len() else []
        except UnicodeDecodeError:
            return pl.Series([self._text_or_none(cell) for cell in cells], dtype=pl.String)
        return pl.Series(text, dtype=pl.String)

    def _text(self, data: bytes) -> str:
        if self._reading.encoding == "gb18030":
            return gb18030.to_utf8(data).decode()
        return data.decode()

    def _text_or_none(self, cell: bytes) -> str | None:
        try:
            return self._text(cell)
        except UnicodeDecodeError:
            return None

    def _without_header(self, frame: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Such files seldom have a header; where the first line is one, its own words prove it."""
        if not frame.height:
            return frame, numbers
        matcher = HeaderMatcher(self._contract)
        first = frame.row(0, named=True)
        hits = [name for name, text in first.items() if _means(matcher, text, self._contract.columns[name])]
        if len(hits) * 2 < len(self._contract.columns):
            return frame, numbers
        self._reading.set_aside(None, numbers.item(0), " ".join(text or "" for text in first.values()), "row.header")
        return frame.slice(1), numbers.slice(1)


def _ragged(texts: pl.Series, numbers: pl.Series, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"line_number": numbers, "raw_row": texts}).select(
        "line_number", "raw_row", pl.lit(reason).alias("reason_code")
    )


def _means(matcher: HeaderMatcher, text: str | None, column: Column) -> bool:
    return bool(text) and matcher.match(text or "").column is column
