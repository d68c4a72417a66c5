"""A block in which some rows have too few or too many fields, or odd quotes: told apart line by line, set-based.

Lines without a quote, outside a quoted field, are records by themselves: their delimiters are counted. Only records
that hold quotes are read one by one, by Python's csv module.
"""

from __future__ import annotations

import csv
import io

import polars as pl

from citylake.errors import FileRefused
from citylake.staging.reading.block import RAGGED_SCHEMA, Block, Reading
from citylake.staging.reading.layout import LINES_A_RECORD, Layout

# Fields are held to FIELD_BYTES by their own check; the module's limit would call a long field a quote fault.
csv.field_size_limit(1 << 30)


def sort_out(data: bytes, layout: Layout, reading: Reading) -> Block:
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
