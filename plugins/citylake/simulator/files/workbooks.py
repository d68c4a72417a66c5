"""What workbooks of both forms share: heading, splitting over sheets, places of the records, days as numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.files.forms import Layout
from citylake.simulator.files.writers import Decoration, Run, Sink

NUMBER = r"^-?\d{1,14}(\.\d+)?$"
DAY_ZERO = date(1899, 12, 30)
# Cells before 1 March 1900 count one day off in the 1900 date system, and 9999-12-31 means no day: they stay text.
FIRST_SERIAL, LAST_SERIAL = 61, 2_900_000


class SheetFull(ValueError):
    """More rows than a sheet of this form holds, in a dataset whose contract reads one sheet only."""

    def __init__(self, dataset: str, rows: int) -> None:
        super().__init__(f"{dataset}: a sheet holds {rows} rows; give the layout `sheet: '*'`")
        self.dataset = dataset
        self.rows = rows


class Book(Sink):
    """What both forms share: heading, splitting over sheets, places of the records."""

    most_rows = 1_048_576

    def __init__(self, layout: Layout, headers: list[str], decoration: Decoration) -> None:
        super().__init__(layout, headers)
        self.decoration = decoration
        self.sheet: str | None = None
        self.parts = 1
        self.used = 0

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        wanted = sheet or self.layout.sheet_names[0]
        if self.sheet is None or wanted != self.sheet:
            self._turn(wanted, 1)
        runs = []
        done = 0
        while done < cells.height:
            # The last rows are kept free for the lines below the table.
            free = self.most_rows - self.used - len(self.decoration.footer)
            if free <= 0:
                self._turn(wanted, self.parts + 1)
                continue
            some = cells[done : done + free]
            self._rows(some)
            lines = np.arange(self.used + 1, self.used + some.height + 1)
            runs.append(Run(done, self._title(), lines))
            self.used += some.height
            done += some.height
        return runs

    def _title(self) -> str:
        return f"{self.sheet}" if self.parts == 1 else f"{self.sheet}({self.parts})"

    def _turn(self, sheet: str, part: int) -> None:
        if part > 1 and not self.layout.is_open_ended:
            raise SheetFull(self.layout.dataset, self.most_rows)
        if self.sheet is not None:
            self._finish_sheet()
        self.sheet, self.parts = sheet, part
        self.used = self._begin_sheet(self._title())

    def _heading(self) -> tuple[list[list[str | None]], list[tuple[int, int, int, int]]]:
        """Rows above the records, and merged ranges (first row, first column, last row, last column; from 0).

        Groups are merged across their columns; under a title the first column's header is merged over both header
        rows, as clerks do.
        """
        width, top = len(self.headers), len(self.decoration.title)
        rows: list[list[str | None]] = [[line, *([None] * (width - 1))] for line in self.decoration.title]
        merged = [(row, 0, row, width - 1) for row in range(top)]
        if self.layout.header_rows == 1:
            return [*rows, list(self.headers)], merged
        is_tall = bool(self.decoration.title)
        upper: list[str | None] = [None] * width
        column = 0
        for label, span in self.layout.groups:
            begin = column + (is_tall and column == 0)
            upper[begin] = label
            merged.append((top, begin, top, column + span - 1))
            column += span
        lower: list[str | None] = list(self.headers)
        if is_tall:
            upper[0], lower[0] = self.headers[0], None
            merged.append((top, 0, top + 1, 0))
        return [*rows, upper, lower], [one for one in merged if one[:2] != one[2:]]

    def _begin_sheet(self, title: str) -> int:
        raise NotImplementedError

    def _rows(self, cells: pl.DataFrame) -> None:
        raise NotImplementedError

    def _finish_sheet(self) -> None:
        raise NotImplementedError


def serial_of(text: pl.Expr, kind: str) -> pl.Expr:
    """The serial number of cells whose day (or moment) is written the ISO way; null for all others.

    :param kind: date or timestamp
    """
    day = _day_serial(text, 10 if kind == "date" else 19)
    if kind == "date":
        return day
    clock = pl.when(text.str.len_bytes() == 19).then(text).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    seconds = clock.dt.hour().cast(pl.Int32) * 3600 + clock.dt.minute().cast(pl.Int32) * 60 + clock.dt.second()
    return day + seconds / 86400


def _day_serial(text: pl.Expr, length: int) -> pl.Expr:
    written = pl.when(text.str.len_bytes() == length).then(text.str.slice(0, 10))
    serial = written.str.to_date("%Y-%m-%d", strict=False).to_physical() - pl.lit(DAY_ZERO).to_physical()
    return pl.when(serial.is_between(FIRST_SERIAL, LAST_SERIAL)).then(serial)
