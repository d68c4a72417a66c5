"""The tracker as an Excel workbook: real numbers with units, frozen headers, one native chart, ready to print on A4.

Cells that come from the database are written as strings or numbers by their type, never as formulas or links.
"""

from __future__ import annotations

import math
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from citylake.reports import wording
from citylake.reports.model import Tracker
from citylake.reports.styles import OPTIONS, Styles
from citylake.reports.workbook_sheets import NUMBER, Column, Sheet, sheets
from citylake.reports.workbook_summary import write_summary


def write_workbook(tracker: Tracker, path: Path) -> None:
    """Write the workbook. Its creation date is the business date, so the same tracker gives the same bytes."""
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        day = tracker.business_date
        book.set_properties(
            {
                "title": tracker.title,
                "subject": f"版本 {tracker.version}",
                "author": tracker.city,
                "created": datetime.combine(day, time()),
            }
        )
        styles = Styles(book)
        write_summary(book, styles.get, tracker)
        for sheet in sheets(tracker):
            _write_sheet(book, styles, tracker, sheet)


def _write_sheet(book: xlsxwriter.Workbook, styles: Styles, tracker: Tracker, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    page.write_string(0, 0, f"{tracker.title} · {sheet.name}", styles.get(bold=True, font_size=13))
    page.write_string(1, 0, sheet.note, styles.get(font_color="#666B70", font_size=9))
    header = styles.get(
        bold=True,
        font_size=8,
        bg_color="#0F4C5C",
        font_color="#FFFFFF",
        text_wrap=True,
        align="center",
        border=1,
        border_color="#FFFFFF",
    )
    page.set_row(2, 42)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, _width(column))
        page.write_string(2, at, column.title, header)
    for at, row in enumerate(sheet.rows, start=3):
        page.set_row(at, 15 * _lines(sheet.columns, row))
        for across, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, styles, at, across, column, value)
    page.freeze_panes(3, sheet.frozen_columns)
    if sheet.rows:
        page.autofilter(2, 0, 2 + len(sheet.rows), len(sheet.columns) - 1)
    set_up_print(page, tracker)
    page.repeat_rows(2)


def _write_cell(page: Worksheet, styles: Styles, row: int, across: int, column: Column, value: Any) -> None:
    """Simulated marks are red, class cells have the class colour; an empty cell stays empty."""
    look: dict[str, Any] = {"bottom": 1, "bottom_color": "#E3E3DD"}
    if column.number_format:
        look["num_format"] = _number_format(column.number_format, value)
    if column.wraps:
        look["text_wrap"] = True
    if value is None:
        page.write_blank(row, across, None, styles.get(**look))
    elif isinstance(value, bool):
        page.write_string(row, across, "是" if value else "否", styles.get(**look))
    elif isinstance(value, int | float):
        page.write_number(row, across, value, styles.get(**look))
    elif isinstance(value, datetime):
        page.write_datetime(row, across, value, styles.get(**{**look, "num_format": "yyyy-mm-dd hh:mm"}))
    elif isinstance(value, wording.ProgressClass):
        page.write_string(
            row, across, f"{value.mark} {value.zh}", styles.get(**look, bg_color=value.colour, font_color=value.ink)
        )
    else:
        text, look = str(value), {**look, "indent": 1}
        page.write_string(
            row,
            across,
            text,
            styles.get(**look, font_color="#9E2A2B", bold=True) if text == "模拟" else styles.get(**look),
        )


def _width(column: Column) -> float:
    """Wide enough for the longest word of the header, which is set smaller than the cells."""
    return max(column.width, *(0.95 * len(line) for line in column.title.split("\n")))


def _lines(columns: tuple[Column, ...], row: tuple[Any, ...]) -> int:
    """Lines that the longest wrapped text of a row needs; a Chinese character is two columns wide."""
    needed = (
        math.ceil(1.15 * sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(value)) / column.width)
        for column, value in zip(columns, row, strict=True)
        if column.wraps and value is not None
    )
    return max(1, *needed, 1)


def _number_format(wanted: str, value: Any) -> str:
    """The unit's decimals: whole numbers carry none, so that Excel shows no bare decimal point."""
    if wanted != NUMBER:
        return wanted
    return "#,##0" if value is None or float(value).is_integer() else "#,##0.0"


def set_up_print(page: Worksheet, tracker: Tracker) -> None:
    """A4 landscape, one page wide, title and page number in the margins."""
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8版本 {tracker.version}  截至 {wording.day(tracker.business_date)}&R&8第 &P 页 / 共 &N 页")
