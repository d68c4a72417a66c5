"""From typed frames to what stands in the cells: words for codes, spellings of dates, markers for missing values.

Without a generator every department writes the standard way; with one it writes as departments do.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.calendar_texts import date_texts, moment_texts
from citylake.simulator.files.forms import Layout
from citylake.simulator.files.spellings import spell, spell_boolean

DATE_STYLES = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y%m%d", "%Y年%-m月%-d日")
DATE_WEIGHTS = (0.7, 0.12, 0.13, 0.05)
MOMENT_STYLES = (("%Y-%m-%d ", "%H:%M:%S"), ("%Y/%-m/%-d ", "%-H:%M:%S"), ("%Y%m%d", "%H%M%S"))
MOMENT_WEIGHTS = (0.8, 0.12, 0.08)
JSON_MOMENTS = (("%Y-%m-%d ", "%H:%M:%S"), ("%Y-%m-%dT", "%H:%M:%S"))
JSON_WEIGHTS = (0.8, 0.2)
MISSING = pl.Series(["空", "-", "—", "\\N", "NULL"])
FOREVER = pl.Series(["99991231", "9999-12-31"])
# Where an open end is written as a day in the far future, and how often.
OPEN_ENDED = {"valid_to_date": 0.3, "death_date": 0.05}
MISSING_SHARE = 0.03


def render(frame: pl.DataFrame, layout: Layout, rng: np.random.Generator | None) -> pl.DataFrame:
    """The cells as text, columns in the layout's order under the lake's names; nulls are empty cells.

    A parquet export keeps its dates, moments and booleans typed.
    """
    keep_types = layout.form == "parquet"
    columns = []
    for one in layout.fields:
        column = (
            frame[one.name]
            if one.name in frame.columns
            else pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        )
        if one.kind.startswith("list:"):
            column = spell(column, one.kind[5:], rng)
        elif keep_types:
            pass
        elif one.kind == "bool":
            column = spell_boolean(column, rng)
        elif column.dtype == pl.Date:
            column = date_texts(column, DATE_STYLES, _styles(DATE_WEIGHTS, len(column), rng))
        elif isinstance(column.dtype, pl.Datetime):
            is_json = layout.form in ("json", "jsonl")
            styles, weights = (JSON_MOMENTS, JSON_WEIGHTS) if is_json else (MOMENT_STYLES, MOMENT_WEIGHTS)
            column = moment_texts(column, styles, _styles(weights, len(column), rng))
        elif column.dtype == pl.Float64:
            column = column.cast(pl.String).str.strip_suffix(".0")
        else:
            column = column.cast(pl.String)
        if rng is not None and column.dtype == pl.String and column.null_count():
            column = _mark_missing(column, OPEN_ENDED.get(one.name, 0.0), rng)
        columns.append(column.alias(one.name))
    return pl.DataFrame(columns)


def _styles(weights: tuple[float, ...], count: int, rng: np.random.Generator | None) -> np.ndarray | int:
    """A style for each cell, by weights in hundredths."""
    if rng is None:
        return 0
    lots = np.repeat(np.arange(len(weights)), [round(100 * one) for one in weights])
    return lots[rng.integers(0, 100, count, dtype=np.uint8)]


def _mark_missing(column: pl.Series, forever_share: float, rng: np.random.Generator) -> pl.Series:
    """Some empty cells get a marker, some open ends a day in the far future."""
    empty = np.flatnonzero(column.is_null().to_numpy())
    draw = rng.random(len(empty))
    for rows, words in ((empty[draw < MISSING_SHARE], MISSING), (empty[draw > 1 - forever_share], FOREVER)):
        if len(rows):
            column = column.scatter(rows, words[rng.integers(0, len(words), len(rows))])
    return column
