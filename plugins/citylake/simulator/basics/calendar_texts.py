"""Days and moments as text, looked up instead of formatted: a city's exports hold some hundred million of them."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import day

FIRST, LAST = day(date(1900, 1, 1)), day(date(2100, 12, 31))
SPAN = LAST - FIRST + 2  # One entry more, the first one, for no day.
SECONDS = 86_400


@cache
def _days(styles: tuple[str, ...]) -> pl.Series:
    """The days of all styles, one style after the other; the first entry of each is null."""
    column = pl.Series(np.arange(FIRST, LAST + 1, dtype=np.int32)).cast(pl.Date)
    nothing = pl.Series([None], dtype=pl.String)
    return pl.concat([part for style in styles for part in (nothing, column.dt.strftime(style))])


@cache
def _clocks(styles: tuple[str, ...]) -> pl.Series:
    column = pl.Series(np.arange(SECONDS, dtype=np.int64) * 10**9).cast(pl.Time)
    return pl.concat([column.dt.strftime(style) for style in styles])


def date_texts(column: pl.Series, styles: tuple[str, ...], style: np.ndarray | int) -> pl.Series:
    """A Date column as text, each in the style (index into `styles`, as strftime) of its row; nulls stay null."""
    return _looked_up(_numbers(column.cast(pl.Int32), FIRST - 1), styles, style)


def moment_texts(column: pl.Series, styles: tuple[tuple[str, str], ...], style: np.ndarray | int) -> pl.Series:
    """A Datetime column as text; a style is a day (with what stands behind it) and a clock."""
    ticks = _numbers(column.cast(pl.Datetime("us")).cast(pl.Int64), (FIRST - 1) * SECONDS * 10**6)
    days, second = np.divmod(ticks // 10**6, SECONDS)
    clocks = _clocks(tuple(clock for _, clock in styles))[second + style * SECONDS]
    return _looked_up(days, tuple(one for one, _ in styles), style) + clocks


def _numbers(column: pl.Series, for_null: int) -> np.ndarray:
    return (column.fill_null(for_null) if column.null_count() else column).to_numpy()


def _looked_up(days: np.ndarray, styles: tuple[str, ...], style: np.ndarray | int) -> pl.Series:
    far = np.flatnonzero((days < FIRST - 1) | (days > LAST))
    texts = _days(styles)[np.clip(days, FIRST - 1, LAST) - (FIRST - 1) + np.multiply(style, SPAN)]
    if len(far):  # A day in the far future stands as ISO 8601 (or strftime's first style) in any style.
        real = pl.Series(days[far].astype(np.int32)).cast(pl.Date)
        texts = texts.scatter(far, real.dt.strftime(styles[0]))
    return texts
