"""A receipt as an Excel workbook for a department's clerk: the answer, each problem by line, and the rows to correct.

Staging reads the sheet 待更正行 when the clerk sends the workbook back: its first columns and headers are fixed.
Every cell is written as text, so that Excel keeps zeros and long numbers, and runs nothing that a file brought along.
"""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from citylake.reports.receipt import Receipt
from citylake.reports.receipt_lists import write_not_records, write_problems, write_rows_to_correct
from citylake.reports.receipt_summary import write_answer
from citylake.reports.styles import OPTIONS, Styles

# Beyond so many cells rows go to the disk as they are written: memory stays flat, small receipts stay fast.
_CELLS_IN_MEMORY = 100_000


def write_receipt(receipt: Receipt, path: Path) -> None:
    """Writes one receipt. Its creation date is the arrival, so the same facts give the same bytes."""
    cells = len(receipt.problems) * 8 + len(receipt.rows_to_correct) * (len(receipt.table.headers) + 4)
    memory = {"constant_memory": True} if cells > _CELLS_IN_MEMORY else {"in_memory": True}
    with xlsxwriter.Workbook(path, OPTIONS | memory) as book:
        book.set_properties(
            {
                "title": f"数据交付回执 {receipt.delivery_id}",
                "subject": f"{receipt.department} {receipt.dataset_zh or receipt.file_name}",
                "created": receipt.received_at.replace(tzinfo=None),
            }
        )
        styles = Styles(book)
        write_answer(book, styles, receipt)
        if receipt.problems:
            write_problems(book, styles, receipt)
        if receipt.rows_to_correct:
            write_rows_to_correct(book, styles, receipt)
        if receipt.not_records:
            write_not_records(book, styles, receipt)
