"""Delimited text (CSV, TSV): cut into blocks at record ends, decoded strictly, parsed by polars, balanced byte by byte.

Memory is bounded by the block, whatever the file's size. After each block the bytes are balanced: what stands in the
fields plus delimiters, quotes and line ends must be what was read. A block that does not balance, or that polars
refuses, is halved until the damaged rows stand alone; those go to quarantine by themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import decoding, headers, quotes
from citylake.staging.reading.block import RAGGED_SCHEMA, Block, Reading

FIELD_BYTES = 1024 * 1024
LINES_A_RECORD = 50
_SMALL = 16 * 1024


@dataclass(frozen=True)
class _Layout:
    """Column positions of one file."""

    names: list[str | None]
    delimiter: str

    @property
    def schema(self) -> dict[str, type[pl.String]]:
        return {f"c{i}": pl.String for i in range(len(self.names))}

    def renamed(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(pl.col(f"c{i}").alias(name) for i, name in enumerate(self.names) if name)


def read_delimited(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a delimited file; raises FileRefused when the file as a whole cannot be taken."""
    layout = None
    for data, offset in _utf8_blocks(path, contract, reading):
        if layout is None:
            layout, used = _read_head(data, contract, reading)
            data, offset = data[used:], offset + used
        if data:
            yield from _parse(data if data.endswith(b"\n") else data + b"\n", layout, offset, reading)


def _utf8_blocks(path: Path, contract: Contract, reading: Reading) -> Iterator[tuple[bytes, int]]:
    """The file as UTF-8 without byte-order mark and with LF line ends, cut at record ends; byte offset of each cut."""
    with decoding.open_text(path, contract, reading) as file:
        offset, wanted, is_last = file.tell(), reading.block_bytes, False
        while not is_last:
            data = file.read(wanted)
            is_last = len(data) < wanted
            if (reading.encoding or "").startswith("utf-16"):
                data += file.read()  # newlines cannot be found in UTF-16 bytes: such files are read whole
                is_last = True
            cut = len(data) if is_last else quotes.cut_at_record_end(data)
            rest = len(data) - cut
            if rest > FIELD_BYTES * 8:
                _refuse_endless(data[cut:], reading.line + data.count(b"\n", 0, cut), reading)
            if is_last and data and not data.endswith(b"\n"):
                reading.notes.append("file.no_last_newline")
            block = io.BytesIO(data)
            del data
            block.truncate(cut)  # shortened in place: a slice would copy the block
            if cut:
                yield _decoded(block.getvalue(), reading, offset), offset
            offset += cut
            # The record cut in two is read once more, which costs less than joining it to the next block.
            file.seek(offset)
            wanted = reading.block_bytes + rest


def _decoded(block: bytes, reading: Reading, offset: int) -> bytes:
    encoding = reading.encoding or "utf-8"
    if b"\0" in block and not encoding.startswith("utf-16"):
        at = block.index(b"\0")
        raise FileRefused(
            "file.encoding",
            f"第 {offset + at} 字节是空字符 (NUL), 不是文本文件",
            action="确认文件没有损坏, 重新导出后重报",
            file=reading.file_name,
            line=reading.line + block.count(b"\n", 0, at),
        )
    if encoding != "utf-8":  # UTF-8 is proven by the parser, which takes nothing else
        block = decoding.to_utf8(block, encoding, reading.file_name, offset, reading.line)
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
        if b"\n" not in block:
            block = block.replace(b"\r", b"\n")
    return block


def _refuse_endless(data: bytes, line: int, reading: Reading) -> None:
    at = data.find(b'"')
    raise FileRefused(
        "file.quote_unclosed",
        "引号没有配对, 其后的行无法分开",
        action="检查该行的双引号, 字段内的双引号应写成两个, 修改后重报",
        file=reading.file_name,
        line=line + data.count(b"\n", 0, max(at, 0)),
        value=data[max(at, 0) : max(at, 0) + 40].decode("utf-8", "replace"),
    )


def _read_head(data: bytes, contract: Contract, reading: Reading) -> tuple[_Layout, int]:
    """Finds title rows and the header; gives the layout and the bytes used."""
    lines = [
        line.rstrip(b"\n") for line in islice(io.BytesIO(data), headers.HEADER_SEARCH_ROWS + contract.form.header_rows)
    ]
    decoding.prove_utf8(b"\n".join(lines), reading.file_name, 0, 1)
    texts = [line.decode("utf-8") for line in lines]
    rows = [_fields(text, contract.form.delimiters[0]) for text in texts]
    start = headers.find_header(rows, contract, reading.file_name)
    end = start + contract.form.header_rows
    for index in range(start):
        reading.set_aside(None, index + 1, texts[index], "row.title" if texts[index].strip() else "row.blank")
    for index in range(start, end):
        reading.set_aside(None, index + 1, texts[index], "row.header")
    names = headers.name_columns(
        [_strip(name) for name in headers.combine_header_rows(rows[start:end])], contract, reading, start + 1
    )
    used = sum(len(line) + 1 for line in lines[:end])
    reading.line = end + 1
    return _Layout(names, contract.form.delimiters[0]), min(used, len(data))


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _strip(name: str) -> str:
    return name.strip().lstrip("\ufeff")


def _parse(data: bytes, layout: _Layout, offset: int, reading: Reading) -> Iterator[Block]:
    """Blocks out of whole records; halves what does not parse or does not balance."""
    frame = _frame(data, layout)
    if frame is not None and (block := _whole(data, frame, layout, reading)):
        yield block
        return
    if frame is None and reading.encoding == "utf-8":
        decoding.prove_utf8(data, reading.file_name, offset, reading.line)
    half = quotes.cut_at_record_end(data[: len(data) // 2]) if len(data) > _SMALL else 0
    if half:
        yield from _parse(data[:half], layout, offset, reading)
        yield from _parse(data[half:], layout, offset + half, reading)
    else:
        yield _damaged(data, layout, reading.line, reading)
        reading.line += data.count(b"\n")


def _frame(data: bytes, layout: _Layout) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            data,
            has_header=False,
            separator=layout.delimiter,
            schema=layout.schema,
            quote_char='"',
            empty_string_is_null=False,
        )
    except (pl.exceptions.PolarsError, UnicodeError):
        return None


def _whole(data: bytes, frame: pl.DataFrame, layout: _Layout, reading: Reading) -> Block | None:
    """The parsed rows with their lines, without blank rows; None when bytes are missing or a record does not end."""
    found = quotes.positions(data)
    lengths = frame.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series()
    if not _balances(data, frame, lengths, found, layout.delimiter):
        return None
    lines = quotes.line_numbers(data, frame.height, found, reading.line)
    if lines.longest > LINES_A_RECORD:
        return None
    reading.line += lines.count
    reading.lines_beyond_rows += lines.count - frame.height
    numbers = lines.numbers.alias("line_number")
    if lengths.min() == 0:
        for number in numbers.filter(lengths == 0):
            reading.set_aside(None, number, "", "row.blank")
        frame, numbers = frame.filter(lengths > 0), numbers.filter(lengths > 0)
    return Block(layout.renamed(frame), numbers)


def _balances(data: bytes, frame: pl.DataFrame, lengths: pl.Series, found: np.ndarray, delimiter: str) -> bool:
    """Whether fields, delimiters, quotes and line ends add up to the bytes read: no short row, nothing swallowed.

    A doubled quote leaves one quote in its field, so the sum falls short by the number of quotes in the fields.
    """
    shortfall = int(lengths.cast(pl.UInt64).sum()) + frame.height * frame.width + found.size - len(data)
    if shortfall == 0 or not found.size or found.size % 2:
        return shortfall == 0 and found.size % 2 == 0
    if quotes.doubled_by_rule(data, found, delimiter) == shortfall:
        return True
    in_fields = frame.select(pl.sum_horizontal(pl.all().str.count_matches('"', literal=True).sum())).item()
    return bool(in_fields == shortfall)


def _damaged(data: bytes, layout: _Layout, line: int, reading: Reading) -> Block:
    """A few KB that do not parse: read by the csv module, good rows kept, ragged rows set aside one by one."""
    text = data.decode("utf-8")
    good: list[list[str]] = []
    good_lines: list[int] = []
    ragged: list[tuple[int, str, str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    begin = 0
    try:
        for fields in reader:
            number = line + begin
            reading.lines_beyond_rows += reader.line_num - begin - 1
            if reader.line_num - begin > LINES_A_RECORD:
                raise csv.Error(f"a field runs over {reader.line_num - begin} lines")
            begin = reader.line_num
            if not any(fields):
                reading.set_aside(None, number, "", "row.blank")
            elif len(fields) == len(layout.names):
                good.append(fields)
                good_lines.append(number)
            else:
                reason = "row.too_short" if len(fields) < len(layout.names) else "row.too_long"
                ragged.append((number, layout.delimiter.join(fields), reason))
    except csv.Error as error:
        raise FileRefused(
            "file.quote_unclosed",
            f"引号没有配对, 其后的行无法分开 ({error})",
            action="检查该行及其后的双引号, 字段内的双引号应写成两个, 修改后重报",
            file=reading.file_name,
            line=line + begin,
            value=(text.splitlines()[begin : begin + 1] or [""])[0][:80],
        ) from error
    frame = pl.DataFrame(good, schema=layout.schema, orient="row")
    return Block(
        layout.renamed(frame),
        pl.Series("line_number", good_lines, dtype=pl.Int64),
        ragged=pl.DataFrame(ragged, schema=RAGGED_SCHEMA, orient="row"),
    )
