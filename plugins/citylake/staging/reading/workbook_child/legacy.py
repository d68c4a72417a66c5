"""Legacy XLS by its BIFF records (xlrd): the list of sheets, the date epoch and the facts of one sheet."""

from __future__ import annotations

import os
from pathlib import Path

import xlrd
from xlrd.biffh import XL_CELL_BLANK, XL_CELL_EMPTY, XL_CELL_ERROR, XL_CELL_NUMBER, error_text_from_code

from .facts import ERROR, NUMBER, Facts, Sheet

_NOTHING = (XL_CELL_EMPTY, XL_CELL_BLANK)


def _opened(path: str, with_layout: bool) -> xlrd.Book:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        return xlrd.open_workbook(path, logfile=nowhere, on_demand=True, formatting_info=with_layout, ragged_rows=True)


def structure(path: str) -> tuple[list[Sheet], bool]:
    """Sheets in their order, and whether dates count from 1904."""
    book = _opened(path, False)
    visible = [state == 0 for state in book._sheet_visibility]
    names = book.sheet_names()
    return [Sheet(name, shown, name) for name, shown in zip(names, visible, strict=True)], book.datemode == 1


def scan(path: str, part: str, columns: list[int]) -> Facts:
    """Facts of one sheet; numbers are looked for in `columns` (positions from 0)."""
    sheet = _opened(path, True).sheet_by_name(part)
    facts = Facts(merged=[(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells])
    for row in range(sheet.nrows):
        kinds = sheet.row_types(row)
        facts.content_rows += any(kind not in _NOTHING for kind in kinds)
        if XL_CELL_ERROR in kinds:
            facts.cells += [
                (row, column, ERROR, error_text_from_code.get(sheet.cell_value(row, column), "#ERR"))
                for column, kind in enumerate(kinds)
                if kind == XL_CELL_ERROR
            ]
        facts.cells += [
            (row, column, NUMBER, repr(sheet.cell_value(row, column)))
            for column in columns
            if column < len(kinds) and kinds[column] == XL_CELL_NUMBER
        ]
    return facts
