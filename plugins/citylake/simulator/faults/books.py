"""What spreadsheets and their users do to a workbook: cells that became numbers, formulas, blank rows, far cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from citylake.simulator.faults.files import (
    ENOUGH_ROWS,
    HELD,
    REFUSED,
    FileFault,
    Sent,
    Spoilt,
    a_date,
    has_some_columns,
    header_again,
    plain,
    renamed,
)
from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.marks import ACCEPTED, REJECTED, Mark

_DAY, _NUMBER = re.compile(r"20[0-4]\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"), re.compile(r"-?\d{1,14}(\.\d+)?")
_FIXED = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class _Book:
    """A workbook on its way: options, and what is done to its cells besides writing them."""

    sheet: str | None
    options: dict[str, object]
    blank_before: int = -1
    headers: bool = True
    fill: Callable[[Worksheet, int], None] | None = None
    hidden: str = ""


def _book(sent: Sent, how: _Book) -> Spoilt:
    """A workbook written plainly: one header row, days and numbers as such. `fill` gets the sheet and its first row."""
    out = io.BytesIO()
    cells = sent.table.cells
    with Workbook(out, {"in_memory": True} | how.options) as book:
        book.set_properties({"created": _FIXED})
        if how.hidden:
            book.add_worksheet(how.hidden).write_row(0, 0, ["旧数据"])
        sheet = book.add_worksheet(how.sheet)
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        top = int(how.headers)
        if how.headers:
            sheet.write_row(0, 0, sent.headers)
        lines = np.arange(cells.height) + top + 1
        lines[lines > how.blank_before + top] += int(how.blank_before >= 0)
        for at, (one, column) in enumerate(zip(sent.layout.fields, cells.iter_columns(), strict=True)):
            for line, text in zip(lines.tolist(), column.to_list(), strict=True):
                value = _value(text, one)
                if isinstance(value, date):
                    sheet.write_datetime(line - 1, at, value, days)
                elif value is not None:
                    sheet.write(line - 1, at, value)
        if how.fill is not None:
            how.fill(sheet, top)
        if how.hidden:
            sheet.activate()
            book.worksheets()[0].hide()
    return Spoilt(out.getvalue(), lines)


def _value(text: str | None, one: Field) -> str | float | date | None:
    """What a clerk's workbook holds: real days and numbers where they are plainly written, else text."""
    if text is not None and one.kind == "date" and _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if text is not None and one.kind in ("int", "decimal") and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _plainly(**how: object) -> Callable[[Sent], Spoilt]:
    def spoil(sent: Sent) -> Spoilt:
        options = how.get("options")
        return _book(
            sent,
            _Book(
                str(how.get("sheet") or sent.layout.sheet),
                options if isinstance(options, dict) else {},
                blank_before=sent.middle if how.get("blank") else -1,
                headers=not how.get("no_header"),
                hidden=str(how.get("hidden") or ""),
            ),
        )

    return spoil


def _far_cell(sent: Sent) -> Spoilt:
    return _book(sent, _Book(sent.layout.sheet, {}, fill=lambda sheet, _: _write_far(sheet)))


def _write_far(sheet: Worksheet) -> None:
    sheet.write_string(1_048_575, 16_383, "x")


def _numbers(sent: Sent) -> Spoilt:
    """The first column was made numbers by the spreadsheet: what had letters is gone, what had zeros lost them."""
    name = sent.layout.fields[0].name
    digits = sent.table.cells.with_columns(("1" + pl.col(name).str.replace_all(r"\D", "")).alias(name))
    numeric = replace(sent.decoration, numeric=frozenset({name}))
    return Spoilt(sent.again(digits, decoration=numeric)[0])


def _formula(
    kind: str, reason: str, write: Callable[[Worksheet, int, int], None], has_no_value: bool
) -> Callable[[Sent], Spoilt]:
    """A formula in a cell of the middle row's day column, with an error or without its result."""

    def spoil(sent: Sent) -> Spoilt:
        column = a_date(sent.layout)
        place = sent.layout.fields.index(column) if column else 0
        book = _book(sent, _Book(sent.layout.sheet, {}, fill=lambda sheet, top: write(sheet, sent.middle + top, place)))
        content = _without_results(book.content) if has_no_value else book.content
        name = None if column is None else column.name
        return Spoilt(content, book.lines, [Mark(kind, name, np.array([sent.middle]), REJECTED, reason)])

    return spoil


def _no_result(sheet: Worksheet, row: int, place: int) -> None:
    sheet.write_formula(row, place, "=TODAY()")


def _error(sheet: Worksheet, row: int, place: int) -> None:
    sheet.write_formula(row, place, "=1/0", None, "#DIV/0!")


def _rewrite(content: bytes, change: Callable[[str, bytes], bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook's parts, each changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", compression) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), change(name, source.read(name)), compression)
    return out.getvalue()


def _without_results(content: bytes) -> bytes:
    return _rewrite(content, lambda name, part: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part))


def _bomb(sent: Sent) -> bytes:
    """A sheet of a few rows that unpacks to some hundred times its size."""
    few, _ = sent.again(sent.table.cells.head(5))
    blanks = b" " * (16 << 20) + b"</sheetData>"
    return _rewrite(few, lambda name, part: part.replace(b"</sheetData>", blanks))


def _one_header_row(layout: Layout) -> bool:
    return layout.header_rows == 1


def _has_day(layout: Layout) -> bool:
    return _one_header_row(layout) and a_date(layout) is not None


def _begins_with_code(layout: Layout) -> bool:
    return layout.fields[0].kind == "code"


def _epoch(sent: Sent) -> Spoilt:
    return _plainly(options={"date_1904": True})(sent)


_CUT = "file.unreadable"


def _one_header_and_columns(layout: Layout) -> bool:
    return _one_header_row(layout) and has_some_columns(layout)


BOOK_FAULTS = (
    FileFault("2", "renamed_column", "xlsx", REFUSED, "file.column_missing", renamed, _one_header_row),
    FileFault("3", "missing_header", "xlsx", REFUSED, "file.header_missing", _plainly(no_header=True), _one_header_row),
    FileFault("4", "header_in_the_middle", "xlsx", ACCEPTED, "", header_again, _one_header_and_columns),
    FileFault("6", "cut_workbook", "xlsx", REFUSED, _CUT, plain(lambda sent: sent.good[:-400])),
    FileFault("6", "cut_workbook", "xls", REFUSED, _CUT, plain(lambda sent: sent.good[: len(sent.good) // 2])),
    FileFault("6", "cut_parquet", "parquet", REFUSED, _CUT, plain(lambda sent: sent.good[:-100])),
    FileFault("18", "empty_workbook", "xlsx", REFUSED, "file.empty", plain(lambda _: b"")),
    FileFault("21", "numbers_for_text", "xlsx", HELD, "delivery.over_threshold", _numbers, _begins_with_code),
    FileFault("22", "blank_row_in_the_middle", "xlsx", ACCEPTED, "", _plainly(blank=True), _one_header_row),
    FileFault("22", "hidden_sheet_first", "xlsx", ACCEPTED, "", _plainly(hidden="旧数据"), _one_header_row),
    FileFault("22", "sheet_renamed", "xlsx", REFUSED, "file.sheet_missing", _plainly(sheet="导出(2)"), _one_header_row),
    FileFault("23", "days_counted_from_1904", "xlsx", ACCEPTED, "", _epoch, _has_day),
    FileFault(
        "23", "formula_without_result", "xlsx", ACCEPTED, "",
        _formula("formula_without_result", "cell.formula_not_computed", _no_result, has_no_value=True), _has_day,
        ENOUGH_ROWS,
    ),
    FileFault(
        "23", "formula_with_error", "xlsx", ACCEPTED, "",
        _formula("formula_with_error", "cell.formula_error", _error, has_no_value=False), _has_day, ENOUGH_ROWS,
    ),
    FileFault("24", "far_cell", "xlsx", REFUSED, "file.too_large", _far_cell, _one_header_row),
    FileFault("25", "sheet_of_300_to_1", "xlsx", REFUSED, "file.too_large", plain(_bomb)),
)  # fmt: skip
