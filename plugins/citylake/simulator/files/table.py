"""A rendered table on its way into a file, and how cells of it are changed with a note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from citylake.simulator.files.forms import Layout
from citylake.simulator.files.marks import LEFT_OUT, REJECTED, Mark

SPARSE = 0.05
Change = Callable[[pl.Series], pl.Series]
Test = Callable[[pl.Series], pl.Series]


@dataclass
class Table:
    """A rendered table on its way into a file: the typed frame behind it, the cells, and what was planted.

    `sheet` only where a workbook has several sheets of records.
    """

    layout: Layout
    frame: pl.DataFrame
    cells: pl.DataFrame
    marks: list[Mark] = field(default_factory=list)
    sheet: str | None = None
    is_spoilt: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.is_spoilt = np.zeros(self.cells.height, dtype=bool)

    def put(self, kind: str, column: str, rows: np.ndarray, change: Change, expected: str, reason: str = "") -> None:
        """Changes the cells of a column in these rows; what costs a row or a value keeps all later dirt off the row."""
        if len(rows) == 0:
            return
        old = self.cells[column]
        new = old.clone().scatter(rows, change(old[rows]))
        self.cells = self.cells.clone().replace_column(self.cells.get_column_index(column), new)
        self.marks.append(Mark(kind, column, rows, expected, reason))
        if expected in (LEFT_OUT, REJECTED):
            self.is_spoilt[rows] = True

    def some(self, rng: np.random.Generator, share: float, among: pl.Series | None = None) -> np.ndarray:
        """Row numbers drawn with a share, out of rows that are not spoilt (and lie in `among`)."""
        count = self.cells.height
        if share < SPARSE:
            # So few that it pays to draw the rows themselves; one drawn twice counts once.
            rows = np.unique(rng.integers(0, max(count, 1), rng.binomial(count, share)))
        else:
            rows = np.flatnonzero(rng.random(count) < share)
        rows = rows[~self.is_spoilt[rows]]
        return rows if among is None else rows[among[rows].fill_null(False).to_numpy()]

    def some_of(self, rng: np.random.Generator, share: float, texts: pl.Series, test: Test) -> np.ndarray:
        """Row numbers drawn with a share, of which the texts pass the test: it is asked of the drawn ones alone."""
        rows = self.some(rng, share)
        return rows[test(texts[rows]).fill_null(False).to_numpy()]


def same(text: str) -> Change:
    """Puts one text into every cell."""
    return lambda values: pl.Series([text], dtype=pl.String).new_from_index(0, len(values))


def each(change: Callable[[str], str]) -> Change:
    """Changes cell by cell in Python: for the few cells only that no expression can change."""
    return lambda values: pl.Series([None if one is None else change(one) for one in values.to_list()], dtype=pl.String)
