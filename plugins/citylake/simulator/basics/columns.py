"""Small ways with columns that exports share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa


@dataclass(frozen=True)
class Few:
    """A value for a few things (`index`, sorted), one for all others: few[rows] is what an array would give."""

    index: np.ndarray
    values: np.ndarray
    default: int

    @classmethod
    def of(cls, index: np.ndarray, values: np.ndarray, default: int) -> Few:
        """From indices in any order."""
        order = np.argsort(index)
        return cls(index[order].astype(np.int32), values[order].astype(np.int32), default)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        if len(self.index) == 0:
            return np.full(len(rows), self.default, dtype=np.int32)
        at = self.place(rows)
        return np.where(self.index[at] == rows, self.values[at], self.default)

    def place(self, rows: np.ndarray) -> np.ndarray:
        """Where these rows stand in `index`; anything for those that do not."""
        return np.minimum(np.searchsorted(self.index, rows), len(self.index) - 1)


def scrambled(rows: np.ndarray) -> np.ndarray:
    """Another number below a hundred million for every index below that, in no order."""
    return rows.astype(np.int64) * 7_368_787 % 100_000_000


def where(condition: np.ndarray, values: pl.Series, otherwise: pl.Series | None = None) -> pl.Series:
    """The values where the condition holds, else `otherwise` (None: null)."""
    frame = pl.DataFrame({"c": pl.Series(condition), "v": values, "o": otherwise})
    return frame.select(pl.when("c").then("v").otherwise("o").alias("v"))["v"]


def ascii_texts(characters: np.ndarray) -> pl.Series:
    """Texts of one length from ASCII bytes (uint8, a row a text, all in one piece)."""
    count, width = characters.shape
    ends = pa.py_buffer(np.arange(0, width * count + 1, width, dtype=np.int64))
    return pl.Series(pl.from_arrow(pa.LargeStringArray.from_buffers(count, ends, pa.py_buffer(characters))))


def numbered(head: str, digits: int, numbers: np.ndarray) -> pl.Series:
    """A head and so many digits, zeros in front: numbered("G", 4, [7]) is G0007."""
    return head + pl.Series(10**digits + numbers.astype(np.int64)).cast(pl.String).str.slice(1)


def by_few(texts_of: Callable[[np.ndarray], pl.Series], index: np.ndarray) -> pl.Series:
    """texts_of(index), made once for each of the few different values in it."""
    few, place = np.unique(index, return_inverse=True)
    return texts_of(few)[place]
