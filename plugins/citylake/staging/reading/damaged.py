"""A block in which some rows have too few or too many fields, or odd quotes: the good rows are told apart, set-based.

`by_bytes` balances each record by itself: its bytes less those of its fields are its delimiters, its line end and its
quotes, and so tell how many fields it has. Where records cannot be matched with polars' rows, `by_lines` counts the
delimiters of every line without quotes, and Python's csv module reads the records that hold some.
"""

from __future__ import annotations

import csv
import io

import numpy as np
import polars as pl

from citylake.errors import FileRefused
from citylake.staging.reading.block import RAGGED_SCHEMA, Block, Reading
from citylake.staging.reading.layout import LINES_A_RECORD, Layout
from citylake.staging.reading.marks import Marks

# Fields are held to FIELD_BYTES by their own check; the module's limit would call a long field a quote fault.
csv.field_size_limit(1 << 30)


def by_bytes(data: bytes, marks: Marks, frame: pl.DataFrame, layout: Layout, reading: Reading) -> Block | None:
    """Good rows as a block, ragged rows beside them, blank ones set aside; None when records and rows do not match.

    `data` is valid UTF-8 and ends with a newline, `reading` stands on its first line.
    """
    newlines = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0x0A)
    quotes_before = np.searchsorted(marks.quotes, newlines)
    is_end = quotes_before % 2 == 0
    ends = newlines[is_end]
    if ends.size != frame.height or marks.quotes.size % 2 or not is_end[-1]:
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = np.concatenate(([0], np.flatnonzero(is_end)[:-1] + 1))
    if int(np.diff(lines, append=newlines.size).max()) > LINES_A_RECORD:
        return None
    size = frame.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series().to_numpy().astype(np.int64)
    fields = ends - starts + 1 - size
    found = np.diff(quotes_before[is_end], prepend=0)
    quoted = np.flatnonzero(found)
    if quoted.size:
        held = frame[quoted].select(pl.sum_horizontal(pl.all().str.count_matches('"', literal=True))).to_series()
        fields[quoted] -= found[quoted] - held.to_numpy()
    numbers = reading.line + lines
    is_blank, is_good = ends == starts, fields == frame.width
    bad = np.flatnonzero(~is_good & ~is_blank)
    ragged = pl.DataFrame(
        {
            "line_number": numbers[bad],
            "raw_row": [data[start:end].decode() for start, end in zip(starts[bad], ends[bad], strict=True)],
            "reason_code": np.where(fields[bad] < frame.width, "row.too_short", "row.too_long"),
        },
        schema=RAGGED_SCHEMA,
    )
    reading.lines_beyond_rows += newlines.size - ends.size
    is_row = is_good & ~is_blank
    reading.set_aside_rows(None, pl.Series(numbers[is_blank]), "", "row.blank")
    block = layout.without_blank_rows(frame.filter(is_row), pl.Series(numbers[is_row]), reading)
    return Block(block.frame, block.line_numbers, ragged=ragged)


def by_lines(data: bytes, layout: Layout, reading: Reading) -> Block:
    """Good rows as a block, ragged rows beside them, blank ones set aside. `data` ends with a newline, and `reading`
    stands on its first line; raises FileRefused where records cannot be told apart.
    """
    text = pl.col("text")
    lines = (
        pl.Series("text", [data.decode()[:-1]])
        .str.split("\n")
        .explode()
        .to_frame()
        .with_row_index("line", reading.line)
    )
    is_odd = text.str.count_matches('"', literal=True) % 2 == 1
    lines = lines.select(
        pl.col("line").cast(pl.Int64),
        "text",
        size=text.str.len_bytes(),
        fields=text.str.count_matches(layout.delimiter, literal=True).cast(pl.Int64) + 1,
        is_simple=(is_odd.cum_sum() % 2 == 0) & ~text.str.contains('"', literal=True),
    )
    simple, quoted = lines.filter("is_simple"), lines.filter(~pl.col("is_simple"))
    width = len(layout.names)
    is_blank = pl.col("size") == 0
    reading.set_aside_rows(None, simple.filter(is_blank)["line"], "", "row.blank")
    simple = simple.filter(~is_blank)
    good, numbers = _good(simple.filter(pl.col("fields") == width), layout)
    ragged = [_ragged(simple.filter(pl.col("fields") != width), width)]
    if quoted.height:
        rows, rows_numbers, others = _quoted(quoted, layout, reading)
        good, numbers = pl.concat([good, rows]), pl.concat([numbers, rows_numbers])
        order = numbers.arg_sort()
        good, numbers = good[order], numbers[order]
        ragged.append(others)
    block = layout.without_blank_rows(good, numbers, reading)
    return Block(block.frame, block.line_numbers, ragged=pl.concat(ragged).sort("line_number"))


def _good(lines: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, pl.Series]:
    """Whole lines without quotes: nothing but their delimiters has to be understood."""
    count = len(layout.names) - 1
    parts = lines["text"].str.split_exact(layout.delimiter, count).struct.unnest()
    parts.columns = list(layout.schema)
    return parts, lines["line"].alias("line_number")


def _ragged(lines: pl.DataFrame, width: int) -> pl.DataFrame:
    return lines.select(
        pl.col("line").alias("line_number"),
        pl.col("text").alias("raw_row"),
        pl.when(pl.col("fields") < width)
        .then(pl.lit("row.too_short"))
        .otherwise(pl.lit("row.too_long"))
        .alias("reason_code"),
    )


def _quoted(lines: pl.DataFrame, layout: Layout, reading: Reading) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
    """Records with quotes: rows, their lines, and ragged ones. Lines that follow one another are read together."""
    good: list[list[str]] = []
    good_lines: list[int] = []
    ragged: list[tuple[int, str, str]] = []
    runs = lines.with_columns(run=pl.col("line") - pl.int_range(pl.len()))
    for run in runs.partition_by("run", maintain_order=True):
        first, texts = run.item(0, "line"), run["text"].to_list()
        for number, fields in _records(texts, first, layout, reading):
            if not any(fields):
                reading.set_aside(None, number, "", "row.blank")
            elif len(fields) == len(layout.names):
                good.append(fields)
                good_lines.append(number)
            else:
                reason = "row.too_short" if len(fields) < len(layout.names) else "row.too_long"
                ragged.append((number, layout.delimiter.join(fields), reason))
    return (
        pl.DataFrame(good, schema=layout.schema, orient="row"),
        pl.Series("line_number", good_lines, dtype=pl.Int64),
        pl.DataFrame(ragged, schema=RAGGED_SCHEMA, orient="row"),
    )


def _records(texts: list[str], first: int, layout: Layout, reading: Reading) -> list[tuple[int, list[str]]]:
    """Line and fields of each record in a run of lines."""
    reader = csv.reader(io.StringIO("\n".join(texts) + "\n", newline=""), delimiter=layout.delimiter, strict=True)
    records: list[tuple[int, list[str]]] = []
    begin = 0
    try:
        for fields in reader:
            if reader.line_num - begin > LINES_A_RECORD:
                raise csv.Error(f"a field runs over {reader.line_num - begin} lines")
            reading.lines_beyond_rows += reader.line_num - begin - 1
            records.append((first + begin, fields))
            begin = reader.line_num
    except csv.Error as error:
        raise FileRefused(
            "file.quote_unclosed",
            f"引号没有配对, 其后的行无法分开 ({error})",
            action="检查该行及其后的双引号, 字段内的双引号应写成两个, 修改后重报",
            file=reading.file_name,
            line=first + begin,
            value=texts[begin][:80],
        ) from error
    return records
