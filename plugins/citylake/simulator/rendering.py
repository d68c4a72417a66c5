"""From typed frames to what stands in the cells: words for codes, spellings of dates, markers for missing values.

Without a generator every department writes the standard way; with one it writes as departments do.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.drawing import weighted
from citylake.simulator.forms import Layout
from citylake.simulator.spellings import spell, spell_boolean

DATE_STYLES = (None, "%Y/%-m/%-d", "%Y%m%d", "%Y年%-m月%-d日")
DATE_WEIGHTS = (0.7, 0.12, 0.13, 0.05)
MOMENT_STYLES = (None, "%Y/%-m/%-d %-H:%M:%S", "%Y%m%d%H%M%S")
MOMENT_WEIGHTS = (0.8, 0.12, 0.08)
MISSING = ("空", "-", "—", "\\N", "NULL")
FOREVER = ("99991231", "9999-12-31")
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
        elif one.kind == "date":
            column = _dates(column, rng)
        elif one.kind == "timestamp":
            column = _moments(column, rng, is_json=layout.form == "jsonl")
        elif column.dtype == pl.Float64:
            column = column.cast(pl.String).str.strip_suffix(".0")
        else:
            column = column.cast(pl.String)
        if rng is not None and column.dtype == pl.String and column.null_count():
            column = _mark_missing(column, OPEN_ENDED.get(one.name, 0.0), rng)
        columns.append(column.alias(one.name))
    return pl.DataFrame(columns)


def _iso(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String)
    return text if column.dtype == pl.Date else text.str.slice(0, 19)


def _styled(
    column: pl.Series, styles: tuple[str | None, ...], weights: tuple[float, ...], rng: np.random.Generator
) -> pl.Series:
    """Each value in one of the styles (None: ISO), drawn by weight."""
    style = weighted(rng, weights, len(column))
    order = np.argsort(style, kind="stable")
    parts = []
    for at, pattern in enumerate(styles):
        some = column.gather(order[style[order] == at])
        parts.append(_iso(some) if pattern is None else some.dt.strftime(pattern))
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return pl.concat(parts).gather(back)


def _dates(column: pl.Series, rng: np.random.Generator | None) -> pl.Series:
    return _iso(column) if rng is None else _styled(column, DATE_STYLES, DATE_WEIGHTS, rng)


def _moments(column: pl.Series, rng: np.random.Generator | None, is_json: bool) -> pl.Series:
    if rng is None:
        return _iso(column)
    styles = (None, "%Y-%m-%dT%H:%M:%S") if is_json else MOMENT_STYLES
    return _styled(column, styles, (0.8, 0.2) if is_json else MOMENT_WEIGHTS, rng)


def _mark_missing(column: pl.Series, forever_share: float, rng: np.random.Generator) -> pl.Series:
    """Some empty cells get a marker, some open ends a day in the far future."""
    draw = rng.random(len(column))
    marks = pl.Series(MISSING).gather(rng.integers(0, len(MISSING), len(column)))
    forever = pl.Series(FOREVER).gather(rng.integers(0, len(FOREVER), len(column)))
    frame = pl.DataFrame({"c": column, "m": marks, "f": forever, "d": draw})
    return frame.select(
        pl.when(pl.col("c").is_not_null())
        .then("c")
        .when(pl.col("d") < MISSING_SHARE)
        .then("m")
        .when(pl.col("d") > 1 - forever_share)
        .then("f")
        .alias("c")
    )["c"]
