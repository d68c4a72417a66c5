"""Bytes of each form. Every writer also says on which physical line (or sheet row) each record begins."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import xlwt
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from citylake.simulator.forms import Field, Layout

FIXED = datetime(2020, 1, 1, tzinfo=UTC)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
NUMBER = re.compile(r"-?\d{1,14}(\.\d+)?")


class Decoration:
    """What a workbook carries besides its records."""

    def __init__(
        self, title: list[str], footer: list[str], notes: list[str], numeric: frozenset[str] = frozenset()
    ) -> None:
        self.title = title
        self.footer = footer
        self.notes = notes
        self.numeric = numeric


PLAIN = Decoration([], [], [])


def write(
    layout: Layout, cells: pl.DataFrame, headers: list[str], decoration: Decoration = PLAIN
) -> tuple[bytes, np.ndarray]:
    """The file's bytes and the line of every record (from 1, header counted; parquet: the row)."""
    if layout.form == "csv":
        return _csv(cells, headers, layout.encoding)
    if layout.form == "jsonl":
        return cells.rename(dict(zip(cells.columns, headers, strict=True))).write_ndjson().encode(), np.arange(
            cells.height
        ) + 1
    if layout.form == "parquet":
        target = io.BytesIO()
        cells.rename(dict(zip(cells.columns, headers, strict=True))).write_parquet(
            target, compression="zstd", compression_level=1
        )
        return target.getvalue(), np.arange(cells.height) + 1
    if layout.form == "xls":
        return _xls(layout, cells, headers, decoration)
    return _xlsx(layout, cells, headers, decoration)


def _csv(cells: pl.DataFrame, headers: list[str], encoding: str) -> tuple[bytes, np.ndarray]:
    text = cells.rename(dict(zip(cells.columns, headers, strict=True))).write_csv()
    lines = 2 + np.arange(cells.height)
    if text.count("\n") != cells.height + 1:
        inner = (
            cells.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0).cast(pl.Int64)))
            .to_series()
            .to_numpy()
        )
        lines = lines + np.concatenate(([0], np.cumsum(inner)[:-1]))
    return text.encode(encoding), lines


def cell_value(text: str | None, one: Field, as_number: bool) -> str | float | date | datetime | None:
    """What a clerk's workbook holds: real dates and numbers where they are plainly written, else text."""
    if text is None:
        return None
    if one.kind == "date" and ISO_DATE.fullmatch(text) and not text.startswith("9999"):
        return date.fromisoformat(text)
    if one.kind == "timestamp" and ISO_MOMENT.fullmatch(text):
        return datetime.fromisoformat(text)
    if as_number or (one.kind in ("int", "decimal") and NUMBER.fullmatch(text)):
        return float(text)
    return text


def _xlsx(layout: Layout, cells: pl.DataFrame, headers: list[str], decoration: Decoration) -> tuple[bytes, np.ndarray]:
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    book.set_properties({"created": FIXED})
    sheet = book.add_worksheet(layout.sheet)
    top = _heading(book, sheet, layout, headers, decoration)
    formats: dict[type, Format] = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for at, (one, column) in enumerate(zip(layout.fields, cells.iter_columns(), strict=True)):
        as_number = one.name in decoration.numeric
        for row, text in enumerate(column.to_list(), top):
            value = cell_value(text, one, as_number)
            if isinstance(value, str):
                sheet.write_string(row, at, value)
            elif isinstance(value, date):
                sheet.write_datetime(row, at, value, formats[type(value)])
            elif value is not None:
                sheet.write_number(row, at, value)
    for row, line in enumerate(decoration.footer, top + cells.height):
        sheet.write_string(row, 0, line)
    if decoration.notes:
        book.add_worksheet("填报说明").write_column(0, 0, decoration.notes)
    book.close()
    return target.getvalue(), np.arange(cells.height) + top + 1


def _heading(book: Workbook, sheet: Worksheet, layout: Layout, headers: list[str], decoration: Decoration) -> int:
    """Title rows and header rows, groups merged across their columns; returns the row below.

    Under a title the first column's header is merged over both header rows, as clerks do.
    """
    bold = book.add_format({"align": "center", "bold": True})
    for row, line in enumerate(decoration.title):
        sheet.merge_range(row, 0, row, len(headers) - 1, line, bold)
    top = len(decoration.title)
    if layout.header_rows == 1:
        sheet.write_row(top, 0, headers, bold)
        return top + 1
    is_tall = bool(decoration.title)
    column = 0
    for label, width in layout.groups:
        sheet.merge_range(top, column + (is_tall and column == 0), top, column + width - 1, label, bold)
        column += width
    sheet.write_row(top + 1, int(is_tall), headers[int(is_tall) :], bold)
    if is_tall:
        sheet.merge_range(top, 0, top + 1, 0, headers[0], bold)
    return top + 2


def _xls(layout: Layout, cells: pl.DataFrame, headers: list[str], decoration: Decoration) -> tuple[bytes, np.ndarray]:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(layout.sheet)
    top = [*([line] for line in decoration.title), headers]
    for row, texts in enumerate(top):
        for at, text in enumerate(texts):
            sheet.write(row, at, text)
    for at, (one, column) in enumerate(zip(layout.fields, cells.iter_columns(), strict=True)):
        for row, cell in enumerate(column.to_list(), len(top)):
            if cell is not None:
                sheet.write(row, at, cell_value(cell, one, as_number=False))
    for row, footer in enumerate(decoration.footer, len(top) + cells.height):
        sheet.write(row, 0, footer)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue(), np.arange(cells.height) + len(top) + 1
