"""Rows of a workbook by its own markup (XML or BIFF records), not by the library that reads its values."""

from __future__ import annotations

import tempfile
from pathlib import Path

from citylake.contracts import Contract
from citylake.staging.counting.second_count import SecondCount
from citylake.staging.reading.block import Reading
from citylake.staging.reading.sheets import choose
from citylake.staging.reading.workbook import Workbook

_HOW = {
    "xlsx": "rows of the sheets' XML that hold a cell with content",
    "ods": "rows of the document's XML that hold a cell with content",
    "xls": "rows of the sheets' BIFF records that hold a cell with content",
}


def count_workbook(path: Path, contract: Contract, encoding: str | None) -> SecondCount:
    """Sheet rows with content, of the sheets that the contract wants."""
    reading = Reading(path.name)
    with tempfile.TemporaryDirectory(prefix="citylake-count-") as folder:
        book = Workbook(path, reading, Path(folder))
        names = choose(book.sheets, contract, reading).names
        rows = book.ask("count", sheets=names)["rows"]
    return SecondCount("sheet_rows", sum(rows) if isinstance(rows, list) else 0, _HOW[book.kind])
