"""Delimited text (CSV, TSV): parsed block by block by polars and balanced byte by byte.

What stands in the fields plus delimiters, quotes and line ends must be what was read, and rows plus the line ends
inside fields must be the block's lines. A block that does not balance, or that polars refuses, is sorted out record by
record (`damaged`): good rows are kept, the others go to quarantine by themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import decoding, headers, quotes
from citylake.staging.reading.block import Block, Reading
from citylake.staging.reading.damaged import by_bytes, by_lines
from citylake.staging.reading.layout import LINES_A_RECORD, Layout
from citylake.staging.reading.marks import Marks
from citylake.staging.reading.text_blocks import FIELD_BYTES, Text, examined, text_blocks, too_long

# Looked for where none of the declared delimiters shows a header, to say what the file seems to have.
_USUAL_DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "全角逗号", "^": "^", " ": "空格"}
_CONTROL = r"[\x01-\x08\x0b-\x1f]"


def read_delimited(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a delimited file; raises FileRefused when the file as a whole cannot be taken."""
    layout = None
    blocks = text_blocks(path, contract, reading)
    while text := next(blocks, None):
        if layout is None:
            layout, text = _read_head(path, text, contract, reading)
        if text.data:
            yield _block(path, text, examined(text, path, reading), layout, reading)
        # Nothing may hold the bytes while the next ones are read into the same memory.
        del text


def _read_head(path: Path, text: Text, contract: Contract, reading: Reading) -> tuple[Layout, Text]:
    """Finds title rows and the header; gives the layout and the block below it."""
    depth = contract.form.header_rows
    lines = [line.rstrip(b"\n") for line in islice(io.BytesIO(text.data), headers.HEADER_SEARCH_ROWS + depth)]
    try:
        texts = [line.decode() for line in lines]
        examined(text._replace(data=b"\n".join(lines), quotes=None), path, reading)
    except UnicodeDecodeError:
        decoding.prove(path, "utf-8", text.raw_at, text.raw_size, reading.file_name, 1)
        raise
    start = _proven_delimiter(texts, contract, reading)
    end = start + depth
    for index in range(start):
        reading.set_aside(None, index + 1, texts[index], "row.title" if texts[index].strip() else "row.blank")
    for index in range(start, end):
        reading.set_aside(None, index + 1, texts[index], "row.header")
    rows = [_fields(line, reading.delimiter) for line in texts[start:end]]
    names = headers.name_columns(
        [_strip(name) for name in headers.combine_header_rows(rows)], contract, reading, start + 1
    )
    reading.line = end + 1
    used = sum(len(line) + 1 for line in lines[:end])
    return Layout(names, reading.delimiter), text._replace(data=text.data[used:], quotes=None)


def _proven_delimiter(texts: list[str], contract: Contract, reading: Reading) -> int:
    """Index of the first header row; the declared delimiter under which it is found is the file's."""
    refusal = None
    for delimiter in contract.form.delimiters:
        try:
            start = headers.find_header([_fields(line, delimiter) for line in texts], contract, reading.file_name)
        except FileRefused as error:
            refusal = refusal or error
        else:
            reading.delimiter = delimiter
            reading.evidence += f"; delimiter {_name(delimiter)} proven by the header"
            return start
    for delimiter in _USUAL_DELIMITERS:
        try:
            start = headers.find_header([_fields(line, delimiter) for line in texts], contract, reading.file_name)
        except FileRefused:
            continue
        raise FileRefused(
            "file.delimiter",
            f"文件似乎以{_name(delimiter)}分隔, 契约声明的是{'或'.join(map(_name, contract.form.delimiters))}",
            action="按契约的分隔符重新导出; 来源系统确已改变的, 先在契约的 form.delimiters 中登记",
            file=reading.file_name,
            line=start + 1,
            value=texts[start][:80],
        )
    raise refusal or FileRefused("file.header_missing", "没有找到表头", action="补上表头行后重报", line=1)


def _name(delimiter: str) -> str:
    word = _USUAL_DELIMITERS.get(delimiter)
    return f"{word}“{delimiter}”" if word and delimiter.isprintable() else word or repr(delimiter)


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _strip(name: str) -> str:
    return name.strip().lstrip("\ufeff")


def _block(path: Path, text: Text, marks: Marks, layout: Layout, reading: Reading) -> Block:
    """The rows of one block, whole or sorted out."""
    frame = layout.parsed(text.data)
    if frame is not None and (block := _whole(text.data, marks, frame, layout, reading)):
        return block
    if frame is None:
        if reading.encoding == "utf-8":
            decoding.prove(path, "utf-8", text.raw_at, text.raw_size, reading.file_name, text.raw_line)
        frame = layout.parsed(text.data, is_cut_to_width=True)
    found = by_bytes(text.data, marks, frame, layout, reading) if frame is not None else None
    block = found or by_lines(text.data, layout, reading)
    reading.line += marks.newlines
    return _checked(block, text.data, marks, layout, reading)


def _whole(data: bytes, marks: Marks, frame: pl.DataFrame, layout: Layout, reading: Reading) -> Block | None:
    """The parsed rows with their lines, without blank rows; None when bytes are missing or a record does not end."""
    sizes = frame.select(pl.all().str.len_bytes().sum().cast(pl.UInt64))
    if not _balances(data, frame, sum(value or 0 for value in sizes.row(0)), marks.quotes, layout.delimiter):
        return None
    lines = quotes.line_numbers(data, frame.height, marks, reading.line)
    if lines.longest > LINES_A_RECORD or lines.count != marks.newlines:
        return None
    reading.line += lines.count
    reading.lines_beyond_rows += lines.count - frame.height
    return _checked(layout.without_blank_rows(frame, lines.numbers, reading), data, marks, layout, reading)


def _balances(data: bytes, frame: pl.DataFrame, size: int, found: np.ndarray, delimiter: str) -> bool:
    """Whether fields, delimiters, quotes and line ends add up to the bytes read: no short row, nothing swallowed.

    A doubled quote leaves one quote in its field, so the sum falls short by the number of quotes in the fields.
    """
    shortfall = size + frame.height * frame.width + found.size - len(data)
    if shortfall == 0 or not found.size or found.size % 2:
        return shortfall == 0 and found.size % 2 == 0
    by_rule = quotes.doubled_by_rule(data, found, delimiter)
    if by_rule is not None:
        return by_rule == shortfall
    in_fields = frame.select(pl.sum_horizontal(pl.all().str.count_matches('"', literal=True).sum())).item()
    return bool(in_fields == shortfall)


def _checked(block: Block, data: bytes, marks: Marks, layout: Layout, reading: Reading) -> Block:
    """No field beyond its limit, and control characters named by cell."""
    longest = block.frame.select(pl.all().str.len_bytes().max()) if len(data) > FIELD_BYTES else None
    if longest is not None and longest.width and max(value or 0 for value in longest.row(0)) > FIELD_BYTES:
        name = next(name for name, value in longest.row(0, named=True).items() if (value or 0) > FIELD_BYTES)
        row = int((block.frame[name].str.len_bytes() > FIELD_BYTES).arg_max() or 0)
        raise too_long(reading, block.line_numbers.item(row), layout.names.index(name), block.frame.item(row, name))
    if marks.low == marks.newlines or marks.low == marks.newlines + data.count(b"\t"):
        return block
    cells = [_with_controls(block.frame[name]) for name in block.frame.columns]
    return replace(block, bad_cells=pl.concat(cells))


def _with_controls(values: pl.Series) -> pl.DataFrame:
    rows = values.str.contains(_CONTROL).fill_null(False).arg_true()
    cells = pl.DataFrame({"row": rows, "raw_value": values.gather(rows)}, schema_overrides={"row": pl.UInt32})
    return cells.select(
        "row",
        pl.lit(values.name).alias("column_name"),
        "raw_value",
        pl.lit("value.control_character").alias("reason_code"),
    )
