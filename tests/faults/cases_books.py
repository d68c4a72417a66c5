"""Rows 4, 5 and 20 to 24 of the catalogue: what spreadsheets do to tables, in every workbook format."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import xlsxwriter

from faults.cases import HEADER, Case, holds, rejected, the_good_rows
from samples import roster
from samples.seeing import Seen

ROWS = roster.rows()
TABLE = roster.table(ROWS)
SHEET = roster.SHEET
BOOKS: dict[str, Callable[[dict[str, Any]], bytes]] = {"xlsx": roster.xlsx, "xls": roster.xls, "ods": roster.ods}
TITLE = ["常州市补贴卡名册"]
ID, DAY, AMOUNT = (list(roster.COLUMNS).index(name) for name in ("resident_id", "issued_date", "amount_cny"))


def _with_cell(line: int, place: int, value: Any) -> list[list[Any]]:
    """The table with one cell (line from 1) replaced."""
    cells: list[list[Any]] = [list(row) for row in TABLE]
    cells[line - 1][place] = value
    return cells


def _in_each_book(number: str, fault: str, expected: str, sheets: dict[str, Any], **more: Any) -> list[Case]:
    return [
        Case(number, f"{name}: {fault}", expected, lambda write=write: write(sheets), name, **more)
        for name, write in BOOKS.items()
    ]


def _xlsx(fill: Callable[[Any, Any], None], options: dict[str, Any] | None = None) -> bytes:
    """A workbook that xlsxwriter fills: the good table on its sheet, then what `fill` does to it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True} | (options or {})) as book:
        sheet = book.add_worksheet(SHEET)
        for number, line in enumerate(TABLE):
            sheet.write_row(number, 0, line)
        fill(book, sheet)
    return out.getvalue()


def _real_date(book: Any, sheet: Any) -> None:
    sheet.write_datetime(2, DAY, date(2025, 9, 1), book.add_format({"num_format": "yyyy-mm-dd"}))


def _merged_header() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.merge_range(0, 0, 0, 7, TITLE[0])
        sheet.merge_range(1, 0, 2, 0, "卡号")
        sheet.merge_range(1, 1, 1, 3, "持卡人")
        sheet.merge_range(1, 4, 1, 7, "发放情况")
        sheet.write_row(2, 1, TABLE[0][1:])
        for number, line in enumerate(TABLE[1:], 3):
            sheet.write_row(number, 0, line)
    return out.getvalue()


def _hidden_sheet_first() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        hidden = book.add_worksheet("旧数据")
        sheet = book.add_worksheet(SHEET)
        for number, line in enumerate(TABLE):
            hidden.write_row(number, 0, line)
            sheet.write_row(number, 0, line)
        sheet.activate()
        hidden.hide()
    return out.getvalue()


def _reports_hidden_sheet(seen: Seen) -> None:
    holds("sheet_name", [SHEET] * 5)(seen)
    assert seen.staged is not None
    assert any("旧数据" in warning for warning in seen.staged.warnings)


def _without_cached_value(data: bytes) -> bytes:
    """The workbook with the results of its formulas taken out, as some exporters leave it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            target.writestr(name, part)
    return out.getvalue()


def _one_column(rows: int) -> bytes:
    return "".join(["卡号\n", *(f"C{number:07d}\n" for number in range(rows - 1))]).encode()


def _bomb(megabytes: int) -> bytes:
    """A workbook whose sheet unpacks to 300 and more times its size."""
    out = io.BytesIO()
    blanks = b" " * (megabytes << 20) + b"</sheetData>"
    source = zipfile.ZipFile(io.BytesIO(roster.xlsx({SHEET: TABLE})))
    with source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"</sheetData>", blanks))
    return out.getvalue()


ONE_COLUMN = {"only": ["card_no"]}

TABLES = [
    *_in_each_book(
        "4",
        "title row above the header",
        "5 accepted; aside line 1 row.title, line 2 row.header",
        {SHEET: [TITLE, *TABLE]},
        also=the_good_rows(),
    ),
    Case(
        "4",
        "xlsx: title, and a header merged over two rows",
        "5 accepted; aside line 1 row.title, line 2 row.header, line 3 row.header",
        _merged_header,
        {"type": "xlsx", "sheet": SHEET, "header_rows": 2},
        also=the_good_rows(),
    ),
    *_in_each_book("3", "no header", "refused file.header_missing line 1", {SHEET: TABLE[1:]}),
    *_in_each_book(
        "5",
        "合计 and 制表人 at the end",
        f"5 accepted; {HEADER}, line 7 row.total, line 8 row.footer",
        {SHEET: [*TABLE, ["合计", "", "", "", "", "62.5"], ["制表人：张三"]]},
        also=the_good_rows(),
    ),
    Case("6", "xlsx: cut in the middle", "refused file.unreadable", lambda: roster.xlsx({SHEET: TABLE})[:-400], "xlsx"),
    Case(
        "6",
        "fixed width: cut in the last line",
        "refused file.truncated line 5 column 卡号",
        lambda: roster.write("fixed", ROWS)[:-10],
        "fixed",
    ),
    Case("6", "xls: cut in the middle", "refused file.unreadable", lambda: roster.xls({SHEET: TABLE})[:3000], "xls"),
    Case("6", "ods: cut in the middle", "refused file.unreadable", lambda: roster.ods({SHEET: TABLE})[:-100], "ods"),
    Case(
        "6",
        "parquet: cut in the middle",
        "refused file.unreadable line 1",
        lambda: roster.write("parquet", ROWS)[:-100],
        "parquet",
    ),
]

LIMITS = [
    Case(
        "20",
        f"{rows:,} rows exactly, header included",
        f"{rows - 1} accepted; {HEADER}; 1 warning",
        lambda rows=rows: _one_column(rows),
        changes=ONE_COLUMN,
    )
    for rows in (65_536, 1_048_576)
]

CELLS = [
    Case(
        "21",
        "xlsx: a column of IDs that Excel made numbers",
        f"0 accepted; {rejected(range(2, 6), 'resident_id code.lost_precision')}; {HEADER}; 1 warning",
        lambda: roster.xlsx(
            {
                SHEET: [
                    TABLE[0],
                    *([*line[:ID], int(line[ID]), *line[ID + 1 :]] for line in TABLE[1:] if line[ID].isdigit()),
                ]
            }
        ),
        "xlsx",
    ),
    Case(
        "21",
        "xlsx: one ID of the column is a number",
        f"4 accepted; rejected line 3 resident_id code.lost_precision; {HEADER}; 1 warning",
        lambda: roster.xlsx({SHEET: _with_cell(3, ID, 320402195801010000)}),
        "xlsx",
    ),
    Case(
        "21",
        "csv: an ID in scientific notation (3.20402E+17)",
        f"4 accepted; rejected line 3 resident_id code.became_number; {HEADER}",
        lambda: roster.csv_text(_with_cell(3, ID, "3.20402E+17")).encode(),
    ),
    *_in_each_book(
        "22",
        "a blank row in the middle",
        f"5 accepted; {HEADER}, line 4 row.blank",
        {SHEET: [*TABLE[:3], [], *TABLE[3:]]},
        also=the_good_rows(),
    ),
    *_in_each_book(
        "22",
        "the data on the second sheet",
        f"5 accepted; {HEADER}; 1 warning",
        {"说明": [["不是数据"]], SHEET: TABLE},
        also=the_good_rows(),
    ),
    *_in_each_book("22", "the sheet under another name", "refused file.sheet_missing", {"名册(2)": TABLE}),
    Case(
        "22",
        "xlsx: another sheet holds records as well",
        f"5 accepted; {HEADER}; 1 warning",
        lambda: roster.xlsx({SHEET: TABLE, "另一张": TABLE}),
        "xlsx",
    ),
    Case(
        "22",
        "xlsx: the first sheet is hidden, the contract names none",
        f"5 accepted; {HEADER}; 1 warning",
        _hidden_sheet_first,
        {"type": "xlsx"},
        also=_reports_hidden_sheet,
    ),
    Case(
        "23",
        "xlsx: a workbook of the 1904 system",
        f"5 accepted; {HEADER}",
        lambda: _xlsx(_real_date, {"date_1904": True}),
        "xlsx",
        also=the_good_rows(),
    ),
    Case(
        "23",
        "xlsx: a day number of the 1904 system without a date format",
        f"5 accepted; {HEADER}",
        lambda: _xlsx(lambda _, sheet: sheet.write_number(2, DAY, 44439), {"date_1904": True}),
        "xlsx",
        also=the_good_rows(),
    ),
    *_in_each_book(
        "23",
        "days written as text, three ways",
        f"5 accepted; {HEADER}",
        {
            SHEET: [
                *TABLE[:3],
                *(
                    [*line[:DAY], day, *line[DAY + 1 :]]
                    for line, day in zip(TABLE[3:], ("2025/9/1", "2025年9月1日", "20250901"), strict=True)
                ),
            ]
        },
        also=the_good_rows(),
    ),
    Case(
        "23",
        "xlsx: a formula without its result",
        f"4 accepted; rejected line 3 amount_cny cell.formula_not_computed; {HEADER}",
        lambda: _without_cached_value(_xlsx(lambda _, sheet: sheet.write_formula(2, AMOUNT, "=10+2.5"))),
        "xlsx",
    ),
    Case(
        "23",
        "xlsx: a formula that ends in #DIV/0!",
        f"4 accepted; rejected line 3 amount_cny cell.formula_error; {HEADER}",
        lambda: _xlsx(lambda _, sheet: sheet.write_formula(2, AMOUNT, "=1/0", None, "#DIV/0!")),
        "xlsx",
    ),
    Case(
        "24",
        "xlsx: a cell at XFD1048576",
        "refused file.too_large",
        lambda: _xlsx(lambda _, sheet: sheet.write_string(1_048_575, 16_383, "x")),
        "xlsx",
    ),
    Case(
        "25", "xlsx: a sheet that unpacks to 300 times its size", "refused file.too_large", lambda: _bomb(200), "xlsx"
    ),
]

CASES = [*TABLES, *LIMITS, *CELLS]
