"""Workbooks of the old binary form: xlwt writes all but the records, whose cells are put together in numpy."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import polars as pl
import xlwt

from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.workbooks import NUMBER, Book, serial_of
from citylake.simulator.files.writers import Decoration

# Records of BIFF8 ([MS-XLS] 2.4): the head of a row, a number, a text of the shared strings.
ROW, NUMBER_CELL, TEXT_CELL = 0x0208, 0x0203, 0x00FD
_CELL = [("kind", "<u2"), ("size", "<u2"), ("row", "<u2"), ("column", "<u2"), ("format", "<u2")]
_ROW_FIELDS = ("kind", "size", "row", "first", "end", "height", "unused", "unused2", "options", "format")
_ROW = np.dtype([(name, "<u2") for name in _ROW_FIELDS])
_NUMBER = np.dtype([*_CELL, ("value", "<f8")])
_TEXT = np.dtype([*_CELL, ("value", "<u4")])
_HEIGHT, _ROW_OPTIONS, _NO_FORMAT = 0x00FF, 0x0100, 0x000F
_WIDEST = max(one.itemsize for one in (_ROW, _NUMBER, _TEXT))


class XlsSink(Book):
    """The old binary workbook, the same bytes each time."""

    most_rows = 65_536

    def __init__(self, path: Path, layout: Layout, headers: list[str], decoration: Decoration) -> None:
        super().__init__(layout, headers, decoration)
        self.path = path
        self.book = xlwt.Workbook(encoding="utf-8")
        self.plain = self.book.add_style(xlwt.XFStyle())
        self.formats = {
            "date": self.book.add_style(xlwt.easyxf(num_format_str="yyyy-mm-dd")),
            "timestamp": self.book.add_style(xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")),
        }

    def _begin_sheet(self, title: str) -> int:
        self.page = self.book.add_sheet(title)
        self.page.row_tempfile = io.BytesIO()
        rows, merged = self._heading()
        over = {(top, left): (bottom, right) for top, left, bottom, right in merged}
        for row, texts in enumerate(rows):
            for at, text in enumerate(texts):
                if text is not None:
                    bottom, right = over.get((row, at), (row, at))
                    self.page.write_merge(row, bottom, at, right, text)
        self.page.flush_row_data()
        return len(rows)

    def _rows(self, cells: pl.DataFrame) -> None:
        """Row after row of records of different lengths: each is laid down as wide as the widest, then cut."""
        numbers = np.arange(self.used, self.used + cells.height)
        raw = np.zeros((cells.height, 1 + cells.width, _WIDEST), dtype=np.uint8)
        size = np.zeros((cells.height, 1 + cells.width), dtype=np.int64)
        heads = _records(_ROW, ROW, numbers)
        heads["end"], heads["height"] = cells.width, _HEIGHT
        heads["options"], heads["format"] = _ROW_OPTIONS, _NO_FORMAT
        _lay(raw, size, slice(None), 0, heads)
        for at, (one, column) in enumerate(zip(self.layout.fields, cells.iter_columns(), strict=True)):
            values = _values(column, one)
            is_number = values.is_not_null().to_numpy()
            rows = np.flatnonzero(is_number)
            cell = _records(_NUMBER, NUMBER_CELL, numbers[rows])
            cell["column"], cell["format"] = at, self.formats.get(one.kind, self.plain)
            cell["value"] = values.drop_nulls().to_numpy()
            _lay(raw, size, rows, 1 + at, cell)
            rows = np.flatnonzero(~is_number & column.is_not_null().to_numpy())
            cell = _records(_TEXT, TEXT_CELL, numbers[rows])
            cell["column"], cell["format"] = at, self.plain
            cell["value"] = self._shared(column[rows])
            _lay(raw, size, rows, 1 + at, cell)
        self.page.row_tempfile.write(raw[np.arange(_WIDEST) < size[:, :, None]].tobytes())
        self.page.last_used_row = max(self.page.last_used_row, self.used + cells.height - 1)
        self.page.last_used_col = max(self.page.last_used_col, cells.width - 1)

    def _shared(self, texts: pl.Series) -> np.ndarray:
        """The place of each text among the shared strings of the workbook."""
        distinct = texts.unique(maintain_order=True)
        places = pl.Series([self.book.add_str(one) for one in distinct.to_list()], dtype=pl.UInt32)
        return texts.replace_strict(distinct, places, return_dtype=pl.UInt32).to_numpy()

    def _finish_sheet(self) -> None:
        for row, footer in enumerate(self.decoration.footer, self.used):
            self.page.write(row, 0, footer)
        self.page.flush_row_data()

    def close(self) -> None:
        if self.sheet is None:
            self._turn(self.layout.sheet_names[0], 1)
        self._finish_sheet()
        self.book.save(str(self.path))


def _records(form: np.dtype, kind: int, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(len(rows), dtype=form)
    found["kind"], found["size"], found["row"] = kind, form.itemsize - 4, rows
    return found


def _lay(raw: np.ndarray, size: np.ndarray, rows: np.ndarray | slice, place: int, records: np.ndarray) -> None:
    width = records.dtype.itemsize
    raw[rows, place, :width] = records.view(np.uint8).reshape(-1, width)
    size[rows, place] = width


def _values(column: pl.Series, one: Field) -> pl.Series:
    """What stands as a number: figures plainly written, days and moments; null where a text does."""
    text = pl.col(column.name)
    if one.kind in ("int", "decimal"):
        found = pl.when(text.str.contains(NUMBER)).then(text).cast(pl.Float64)
    elif one.kind in ("date", "timestamp"):
        found = serial_of(text, one.kind).cast(pl.Float64)
    else:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, len(column))
    return column.to_frame().select(found.alias("value")).to_series()
