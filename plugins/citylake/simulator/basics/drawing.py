"""Named random streams and vectorised draws: adding one stream never changes another."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
import polars as pl

EPOCH = date(1970, 1, 1)
NO_DAY = -(10**6)
ALL = slice(None)


class Streams:
    """Generators by name, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def named(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed & 0xFFFFFFFF, zlib.crc32(name.encode())])


def pick(values: Sequence[str], index: np.ndarray) -> pl.Series:
    """values[index] as a string column."""
    # Not `gather`: it goes by way of an expression, which costs more than the work in small files.
    return pl.Series(values, dtype=pl.String)[index]


def choose(
    rng: np.random.Generator, values: Sequence[str], size: int, weights: Sequence[float] | None = None
) -> pl.Series:
    """A string column drawn from values, by weight if weights are given."""
    return pick(values, weighted(rng, weights or [1.0] * len(values), size))


def weighted(rng: np.random.Generator, weights: Sequence[float], size: int) -> np.ndarray:
    """Indices drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.minimum(np.searchsorted(edges / edges[-1], rng.random(size), side="right"), len(weights) - 1)


def day(value: date) -> int:
    """Days since 1970-01-01."""
    return (value - EPOCH).days


def dates(days: np.ndarray) -> pl.Series:
    """A Date column from days since 1970; NO_DAY becomes null."""
    column = pl.Series(days.astype(np.int32)).cast(pl.Date)
    never = np.flatnonzero(days <= NO_DAY)
    return column.scatter(never, None) if len(never) else column


def moments(seconds: np.ndarray) -> pl.Series:
    """A Datetime column (Shanghai wall time) from seconds since 1970."""
    return pl.Series(seconds.astype(np.int64) * 1_000_000).cast(pl.Datetime("us"))


def office_seconds(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """A moment of each day between 08:00 and 17:59:59, in seconds since 1970."""
    return days.astype(np.int64) * 86400 + rng.integers(8 * 3600, 18 * 3600, len(days))


def waking_seconds(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """A moment of each day between 07:00 and 23:59:59, in seconds since 1970."""
    return days.astype(np.int64) * 86400 + rng.integers(7 * 3600, 24 * 3600, len(days))


@cache
def _ymd_table() -> np.ndarray:
    """yyyymmdd of every day from 1850 to 2150."""
    days = np.arange(day(date(1850, 1, 1)), day(date(2151, 1, 1)), dtype=np.int32)
    parts = pl.Series(days).cast(pl.Date)
    return (parts.dt.year() * 10000 + parts.dt.month().cast(pl.Int32) * 100 + parts.dt.day()).to_numpy()


def ymd(days: np.ndarray) -> np.ndarray:
    """Days since 1970 (between 1850 and 2150) as integers yyyymmdd."""
    return _ymd_table()[days - day(date(1850, 1, 1))]


def curve_days(
    rng: np.random.Generator, size: int, points: Sequence[tuple[date, float]], stretch: np.ndarray
) -> np.ndarray:
    """The day on which each of `size` units passes a rising share curve; NO_DAY for those beyond its last point.

    `points` are (day, share of all reached by then); `stretch` above 1 makes a unit later than the average.
    """
    position = rng.random(size) * stretch
    shares = [share for _, share in points]
    reached = np.interp(position, shares, [float(day(when)) for when, _ in points])
    return np.where(position < shares[-1], np.floor(reached), NO_DAY).astype(np.int64)


def spread(rng: np.random.Generator, count: int, first: int, last: int) -> np.ndarray:
    """`count` days in first..last, every day hit evenly (for daily files that must never be empty)."""
    span = last - first + 1
    return first + rng.permutation(np.arange(count) % span)
