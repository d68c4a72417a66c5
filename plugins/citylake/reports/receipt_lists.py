"""The long sheets of a receipt: 问题清单 (one row a problem), 待更正行 (edited and sent back) and 非数据行."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from citylake.contracts.reasons import reason_of
from citylake.reports.receipt import Receipt
from citylake.reports.styles import Styles

SHEET_PROBLEMS = "问题清单"
SHEET_ROWS = "待更正行"
SHEET_ASIDE = "非数据行"
# What staging reads back: the correction list's number, the sheet and the line a row came from.
ROW_COLUMNS = ("校核单号", "原工作表", "原行号")
SAYS_COLUMN = "问题"
_CELL_LIMIT = 32_767  # of Excel
_VALUE_SHOWN = 500
_SAYS_WIDTH = 42
_CHOICES_LIMIT = 255  # of Excel, for a list written into the rule itself
_PAGE_WIDTH = 240
_CARE = "仅供报送部门使用\uff0c请勿外传"
INK, QUIET, LINE, WARM = "#0F4C5C", "#666B70", "#E3E3DD", "#FBE9CF"


_FULL_WIDTH = {",": "，", ";": "；", ":": "："}
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff”)])([,;:]) ?")


@dataclass(frozen=True)
class _Column:
    title: str
    width: float


def header_look(styles: Styles) -> Format:
    return styles.get(
        bold=True, font_size=9, bg_color=INK, font_color="#FFFFFF", text_wrap=True, border=1, border_color="#FFFFFF"
    )


def lines_of(text: str, width: float) -> int:
    """Lines that a wrapped text needs in a column; a Chinese character is two columns wide."""
    return sum(max(1, math.ceil(1.1 * _wide(part) / width)) for part in text.split("\n"))


def printed(text: str) -> str:
    """Our own words for print: full-width punctuation after Chinese. Delivered values are never touched."""
    return _HALF_WIDTH.sub(lambda match: _FULL_WIDTH[match[1]], text)


def shown(value: str | None, limit: int = _VALUE_SHOWN) -> str:
    """A value for reading: cut where it is too long for a cell, with its length."""
    text = value or ""
    return text if len(text) <= limit else f"{text[:limit]}… (共 {len(text):,} 字)"


def write_problems(book: Workbook, styles: Styles, receipt: Receipt) -> None:
    """问题清单: where, what was delivered, what is wrong, what to do."""
    columns = (
        _Column("序号", 6),
        _Column("工作表", 13),
        _Column("行号", 8),
        _Column("列", 17),
        _Column("原值", 24),
        _Column("问题", 34),
        _Column("怎么改", 34),
        _Column("原因代码", 25),
    )
    rows = (
        (
            str(number),
            one.sheet,
            str(one.line) if one.line else "",
            one.column or "整行",
            shown(one.value),
            printed(reason_of(one.reason_code).zh + ("" if one.is_row_rejected else _VALUE_LEFT_OUT)),
            printed(reason_of(one.reason_code).action_zh),
            one.reason_code,
        )
        for number, one in enumerate(receipt.problems, 1)
    )
    page = _sheet(book, styles, receipt, SHEET_PROBLEMS, columns)
    last = _write_rows(page, styles, columns, rows, wraps=(4, 5, 6))
    left = receipt.problems_total - len(receipt.problems)
    if left > 0:
        page.write_string(last + 1, 0, f"还有 {left:,} 处没有列出:{_MORE}", styles.get(bold=True))


_VALUE_LEFT_OUT = "(该值未采用,该行其余内容已入库)"
_MORE = "问题过多,请在源系统更正后重报整份文件;需要完整清单的,向数据管理员索取。"


def write_rows_to_correct(book: Workbook, styles: Styles, receipt: Receipt) -> None:
    """待更正行: one row a rejected row, its cells as delivered; bad cells stand out and the last column says why."""
    headers = receipt.table.headers
    columns = (
        *(_Column(title, width) for title, width in zip(ROW_COLUMNS, (27, 10, 8), strict=True)),
        *(_Column(title, _column_width(title, receipt, at)) for at, title in enumerate(headers)),
        _Column(SAYS_COLUMN, _SAYS_WIDTH),
    )
    page = _sheet(book, styles, receipt, SHEET_ROWS, columns, frozen=len(ROW_COLUMNS))
    fixed, plain = styles.get(**_TEXT, font_color=QUIET, font_size=8, bg_color="#F4F4F0"), styles.get(**_TEXT)
    bad = styles.get(**_TEXT, bg_color=WARM, font_color="#9E2A2B", bold=True)
    says_look = styles.get(**_TEXT, font_color="#9E2A2B", text_wrap=True)
    first = len(ROW_COLUMNS)
    for at, row in enumerate(receipt.rows_to_correct, start=1):
        page.set_row(at, 16 * min(lines_of(row.says, _SAYS_WIDTH), 8))
        for across, text in enumerate((receipt.request_id, row.sheet or "", str(row.line))):
            page.write_string(at, across, text, fixed)
        for position, cell in enumerate(row.cells):
            look = bad if position in row.wrong else plain
            if cell:
                page.write_string(at, first + position, cell[:_CELL_LIMIT], look)
            else:
                page.write_blank(at, first + position, None, look)
        page.write_string(at, first + len(headers), row.says, says_look)
    _offer_choices(page, receipt, first)


_TEXT = {"num_format": "@", "bottom": 1, "bottom_color": LINE}


def write_not_records(book: Workbook, styles: Styles, receipt: Receipt) -> None:
    """非数据行: lines that were not taken for records, so that a clerk can see that none was a record."""
    columns = (_Column("工作表", 14), _Column("行号", 8), _Column("认作", 26), _Column("内容", 80))
    rows = (
        (one.sheet, str(one.line) if one.line else "", reason_of(one.reason_code).zh, shown(one.text))
        for one in receipt.not_records
    )
    page = _sheet(book, styles, receipt, SHEET_ASIDE, columns)
    last = _write_rows(page, styles, columns, rows, wraps=(3,))
    left = receipt.not_records_total - len(receipt.not_records)
    if left > 0:
        page.write_string(last + 1, 0, f"还有 {left:,} 行没有列出。", styles.get(bold=True))


def set_up_print(page: Worksheet, receipt: Receipt, *, is_landscape: bool, fits: bool = True) -> None:
    """A4, one page wide where that stays readable, the receipt's number and the page's in the margin."""
    if is_landscape:
        page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    if fits:
        page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8回执 {receipt.delivery_id}  {_CARE}&R&8第 &P 页 / 共 &N 页")


def _sheet(
    book: Workbook, styles: Styles, receipt: Receipt, name: str, columns: Sequence[_Column], frozen: int = 0
) -> Worksheet:
    page = book.add_worksheet(name)
    page.hide_gridlines(2)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    cells, header = styles.get(**_TEXT), header_look(styles)
    page.set_row(0, 15 * max(lines_of(column.title, column.width) for column in columns) + 6)
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width, cells)
        page.write_string(0, at, column.title, header)
    page.freeze_panes(1, frozen)
    page.repeat_rows(0)
    fits = sum(column.width for column in columns) <= _PAGE_WIDTH
    if not fits and frozen:
        page.repeat_columns(0, frozen - 1)
    set_up_print(page, receipt, is_landscape=True, fits=fits)
    return page


def _write_rows(
    page: Worksheet,
    styles: Styles,
    columns: Sequence[_Column],
    rows: Iterable[Sequence[str | None]],
    wraps: tuple[int, ...],
) -> int:
    """Writes rows of text under the header; returns the last row written."""
    plain, wrapped = styles.get(**_TEXT), styles.get(**_TEXT, text_wrap=True)
    at = 0
    for at, row in enumerate(rows, start=1):
        page.set_row(at, 16 * min(max(lines_of(row[across] or "", columns[across].width) for across in wraps), 8))
        for across, text in enumerate(row):
            if text:
                page.write_string(at, across, text, wrapped if across in wraps else plain)
    if at:
        page.autofilter(0, 0, at, len(columns) - 1)
    return at


def _offer_choices(page: Worksheet, receipt: Receipt, first: int) -> None:
    """Coded columns offer their list; another value is only warned of, for the list may be behind the times."""
    for position, spellings in receipt.table.choices.items():
        if sum(len(text) + 1 for text in spellings) > _CHOICES_LIMIT or any("," in text for text in spellings):
            continue
        page.data_validation(
            1,
            first + position,
            len(receipt.rows_to_correct),
            first + position,
            {
                "validate": "list",
                "source": list(spellings),
                "error_type": "warning",
                "error_title": "不在代码表中",
                "error_message": "代码表中没有这个写法。确为新增的,先向数据管理员申请登记。",
            },
        )


def _column_width(title: str, receipt: Receipt, position: int) -> float:
    longest = max((_wide(row.cells[position] or "") for row in receipt.rows_to_correct[:200]), default=0)
    return min(max(8, 1.1 * _wide(title) + 1, 1.1 * longest + 1), 34)


def _wide(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
