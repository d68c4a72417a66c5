"""Small ways with columns that exports share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl


def where(condition: np.ndarray, values: pl.Series, otherwise: pl.Series | None = None) -> pl.Series:
    """The values where the condition holds, else `otherwise` (None: null)."""
    frame = pl.DataFrame({"c": pl.Series(condition), "v": values, "o": otherwise})
    return frame.select(pl.when("c").then("v").otherwise("o").alias("v"))["v"]


def numbered(head: str, digits: int, numbers: np.ndarray) -> pl.Series:
    """A head and so many digits, zeros in front: numbered("G", 4, [7]) is G0007."""
    return head + pl.Series(10**digits + numbers.astype(np.int64)).cast(pl.String).str.slice(1)


def by_few(texts_of: Callable[[np.ndarray], pl.Series], index: np.ndarray) -> pl.Series:
    """texts_of(index), made once for each of the few different values in it."""
    few, place = np.unique(index, return_inverse=True)
    return texts_of(few).gather(place)
