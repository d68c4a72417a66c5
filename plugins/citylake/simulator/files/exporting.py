"""How one dataset is drawn from the world: which rows a delivery holds, what stands in them, what is wrong with them.

A module `exports_*.py` holds a list `EXPORTS` of these; `simulate.py` joins the lists. The rows of a delivery are
drawn in blocks, so no function may need more than one block of text at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.simulator.basics.schedule import Period
from citylake.simulator.files.marks import Mark
from citylake.simulator.files.table import Table
from citylake.simulator.world.city import World

Rows = Callable[[World, Period], np.ndarray]
Frame = Callable[[World, Period, np.ndarray], pl.DataFrame]
Doubles = Callable[[World, Period, pl.DataFrame, np.random.Generator], tuple[pl.DataFrame, list[Mark]]]
Soil = Callable[[Table, World, np.random.Generator], None]

SheetOf = Callable[[World, Period, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Export:
    """One dataset.

    `rows` gives integers, in the order of the file, that mean something to `frame` alone (indices into a book of the
    world); `frame` makes the typed columns of some of them, one column a field of the layout. Columns that begin with
    `_` never reach a file: `_person`, `_legal_entity`, `_certificate`, `_credit_subject`, `_place` hold the index of
    the true thing that the row is about (-1: none), and `_person__mother` the one in another role.
    `doubles` puts in rows that stand twice; `soil` the dirt of this dataset beyond what its kinds of column get;
    `again` gives rows of an earlier period that stand once more at the head of the file. `history` is the number of
    earlier periods (months, quarters or years, as the layout's cycle says) that are delivered as files of their own.
    `sheet_of` gives the sheet of each row, as an index into the layout's `sheets`.
    """

    dataset: str
    rows: Rows
    frame: Frame
    doubles: Doubles | None = None
    soil: Soil | None = None
    again: Rows | None = None
    history: int = 0
    sheet_of: SheetOf | None = None
