"""What quarantine keeps of a cell that broke a rule: the cell, its row as delivered, the row's key, and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from citylake.contracts.model import DriftMode
from citylake.staging.reading import Block
from citylake.staging.spelling import fold

REJECTS_SCHEMA = {
    "sheet_name": pl.String,
    "line_number": pl.Int64,
    "column_name": pl.String,
    "raw_value": pl.String,
    "raw_row": pl.String,
    "reason_code": pl.String,
    "row_key": pl.String,
    "is_row_rejected": pl.Boolean,
}
# Stands in no delivered cell, so that the parts of a key never run together.
KEY_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Problem:
    """Cells of one column that break its rules: positions in the block, a reason each, and what that does."""

    column: str
    rows: pl.Series
    reasons: pl.Series
    mode: DriftMode
    # Text of the cells, where they do not stand in the block's frame.
    raw: pl.Series | None = None

    @property
    def rejects_row(self) -> bool:
        return self.mode == "quarantine_row"

    def without(self, is_aside: pl.Series) -> Problem:
        """The same without the rows that turned out to be no records."""
        stays = ~is_aside.gather(self.rows)
        raw = None if self.raw is None else self.raw.filter(stays)
        return Problem(self.column, self.rows.filter(stays), self.reasons.filter(stays), self.mode, raw)


def constant(text: str | None, length: int) -> pl.Series:
    """One text, so many times."""
    return pl.Series([text], dtype=pl.String).new_from_index(0, length)


def as_delivered(frame: pl.DataFrame) -> pl.DataFrame:
    """Every cell as text, an absent one as the empty text."""
    return frame.select(pl.all().cast(pl.String, strict=False).fill_null(""))


def rows_as_json(texts: pl.DataFrame) -> pl.Series:
    """Each row as a JSON object {column: cell as delivered}."""
    return texts.select(pl.struct(pl.all()).struct.json_encode().alias("raw_row")).to_series()


def row_keys(keys: pl.DataFrame) -> pl.Series:
    """The key of each row as one text, by which a corrected row finds the rejected one.

    Made of typed values, so that another spelling of the same day or number is the same key.
    """
    parts = pl.all().cast(pl.String, strict=False).fill_null("")
    return keys.select(pl.concat_str(parts, separator=KEY_SEPARATOR).alias("row_key")).to_series()


def rejected_rows(problems: Sequence[Problem], height: int) -> pl.Series:
    """Boolean for each row of the block: whether a problem takes the row with it."""
    mask = pl.Series([False]).new_from_index(0, height)
    for problem in problems:
        if problem.rejects_row and problem.rows.len():
            mask = mask.scatter(problem.rows, True)
    return mask


def named(block: Block, typed: pl.DataFrame, key: Sequence[str], problems: Sequence[Problem]) -> pl.DataFrame:
    """One row a problem and cell, as REJECTS_SCHEMA; rows are fetched at once, since each fetch is dear."""
    problems = [problem for problem in problems if problem.rows.len()]
    if not problems:
        return pl.DataFrame(schema=REJECTS_SCHEMA)
    rows = pl.concat([problem.rows for problem in problems])
    texts = as_delivered(block.frame[rows])
    cells, begin = [], 0
    for problem in problems:
        size = problem.rows.len()
        raw = problem.raw
        if raw is None:
            raw = texts[problem.column].slice(begin, size) if problem.column in texts.columns else constant("", size)
        cells.append(
            pl.DataFrame({"column_name": constant(problem.column, size), "raw_value": raw}).with_columns(
                problem.reasons.alias("reason_code"), pl.lit(problem.rejects_row).alias("is_row_rejected")
            )
        )
        begin += size
    return pl.concat(cells).select(
        pl.lit(block.sheet_name, dtype=pl.String).alias("sheet_name"),
        block.line_numbers.gather(rows).alias("line_number"),
        "column_name",
        "raw_value",
        rows_as_json(texts),
        "reason_code",
        _keys_of(typed.select(key)[rows], texts),
        "is_row_rejected",
    )


def _keys_of(keys: pl.DataFrame, texts: pl.DataFrame) -> pl.Series:
    """Keys by typed values; a key cell that could not be typed is given by its text, folded."""
    parts = keys.select(pl.all().cast(pl.String, strict=False))
    unread = [part for part in parts if part.null_count() and part.name in texts.columns]
    folded = [
        pl.select(pl.coalesce(part, fold(texts[part.name].str.strip_chars())).alias(part.name)).to_series()
        for part in unread
    ]
    return row_keys(parts.with_columns(folded))


def ragged_rows(ragged: pl.DataFrame, sheet: str | None) -> pl.DataFrame:
    """Rows with too few or too many fields: their line as it stands, no column and no key."""
    return ragged.select(
        pl.lit(sheet, dtype=pl.String).alias("sheet_name"),
        "line_number",
        pl.lit(None, dtype=pl.String).alias("column_name"),
        pl.lit(None, dtype=pl.String).alias("raw_value"),
        "raw_row",
        "reason_code",
        pl.lit(None, dtype=pl.String).alias("row_key"),
        pl.lit(True).alias("is_row_rejected"),
    )
