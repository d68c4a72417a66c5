"""Rows that stand more than once in a file: put in before a table is rendered."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.files.marks import ACCEPTED, Mark


def double_persons(
    frame: pl.DataFrame, column: str, share: float, kind: str, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    """Some persons stand twice, under an older number of the department."""
    doubled, marks = double(frame, np.flatnonzero(rng.random(frame.height) < share), column, kind)
    older = pl.when("_again").then("8" + pl.col(column).str.slice(1)).otherwise(column).alias(column)
    return doubled.with_columns(older).drop("_again"), marks


def double(
    frame: pl.DataFrame, rows: np.ndarray, column: str, kind: str, expected: str = ACCEPTED, reason: str = ""
) -> tuple[pl.DataFrame, list[Mark]]:
    """The frame with these rows standing again right after themselves, flagged `_again`."""
    index = np.sort(np.concatenate([np.arange(frame.height), rows]))
    again = np.concatenate(([False], index[1:] == index[:-1])) if len(index) else np.zeros(0, dtype=bool)
    return frame[index].with_columns(pl.Series("_again", again)), [
        Mark(kind, column, np.flatnonzero(again), expected, reason)
    ]
