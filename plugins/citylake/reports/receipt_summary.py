"""The first sheet of a receipt (回执): the answer in one sentence, what to do by when, then the facts behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from citylake.contracts.reasons import reason_of
from citylake.reports import receipt_wording as wording
from citylake.reports.receipt import PROBLEMS_SHOWN, Receipt
from citylake.reports.receipt_lists import INK, LINE, QUIET, lines_of, printed, set_up_print, shown
from citylake.reports.styles import Styles
from citylake.reports.wording import period

SHEET = "回执"
_WIDTHS = (13, 17, 17, 13, 17, 17)
_LAST = len(_WIDTHS) - 1
_GROUPS_SHOWN = 40


@dataclass
class _Page:
    """The sheet with a cursor: each part is written under the one before."""

    page: Worksheet
    styles: Styles
    row: int = 0

    def text(self, first: int, last: int, text: str, **look: object) -> int:
        """One text over columns `first` to `last` of the current row; returns the lines that it needs."""
        form = self.styles.get(text_wrap=True, **look)
        if first == last:
            self.page.write_string(self.row, first, text, form)
        else:
            self.page.merge_range(self.row, first, self.row, last, "", form)
            self.page.write_string(self.row, first, text, form)
        return lines_of(text, sum(_WIDTHS[first : last + 1]))

    def end(self, lines: int = 1, points: float = 17) -> None:
        self.page.set_row(self.row, max(points * lines, 18))
        self.row += 1

    def gap(self, points: float = 9) -> None:
        self.page.set_row(self.row, points)
        self.row += 1

    def heading(self, text: str) -> None:
        self.gap()
        self.text(0, _LAST, text, bold=True, font_size=11, top=2, top_color="#2B2D2F")
        self.end(points=22)


def write_answer(book: Workbook, styles: Styles, receipt: Receipt) -> None:
    """The sheet 回执, on A4 portrait."""
    page = book.add_worksheet(SHEET)
    page.hide_gridlines(2)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width)
    set_up_print(page, receipt, is_landscape=False)
    sheet = _Page(page, styles)
    _title(sheet, receipt)
    _facts(sheet, receipt)
    if receipt.counts:
        _rows(sheet, receipt)
    if receipt.refusal:
        _refusal(sheet, receipt)
    if receipt.groups:
        _problems(sheet, receipt)
    if receipt.answered:
        _answered(sheet, receipt)
    _notes(sheet, receipt)


def _title(sheet: _Page, receipt: Receipt) -> None:
    verdict = wording.VERDICTS[receipt.status]
    sheet.text(0, 2, "数据交付回执", bold=True, font_size=18)
    number = f"校核单 {receipt.request_id}" if receipt.rows_to_correct else f"交付 {receipt.delivery_id}"
    sheet.text(3, _LAST, number, align="right", font_size=9, font_color=QUIET)
    sheet.end(points=30)
    about = (receipt.department, receipt.dataset_zh, period(receipt.period) if receipt.period else None)
    sheet.text(0, _LAST, " · ".join(part for part in about if part), font_color=QUIET)
    sheet.end()
    sheet.gap()
    sheet.text(
        0,
        0,
        f"{verdict.mark} {verdict.word}",
        bold=True,
        font_size=13,
        align="center",
        bg_color=verdict.colour,
        font_color=verdict.ink,
    )
    lines = sheet.text(1, _LAST, printed(wording.answer(receipt)), bold=True, font_size=12, indent=1)
    sheet.end(lines, 24)
    sheet.text(0, 0, "下一步", bold=True, align="center", font_color=INK)
    sheet.end(sheet.text(1, _LAST, printed(wording.next_step(receipt)), indent=1), 20)


def _facts(sheet: _Page, receipt: Receipt) -> None:
    sheet.heading("这份文件")
    facts = (
        ("文件名", receipt.file_name, "", ""),
        ("数据集", _named(receipt.dataset_zh, receipt.dataset_id), "", ""),
        ("账期", receipt.period or "–", "交付方式", wording.KINDS.get(receipt.kind or "", receipt.kind or "–")),
        ("收到", wording.minute(receipt.received_at), "限期", wording.minute(receipt.due_at)),
        ("是否按时", wording.timeliness(receipt), "契约版本", _version(receipt.contract_version)),
        ("大小", f"{receipt.size_bytes:,} 字节", "校验值", f"sha256 {receipt.sha256[:16]}…"),
    )
    for label, value, other, second in facts:
        sheet.text(0, 0, label, font_color=QUIET, bottom=1, bottom_color=LINE)
        lines = sheet.text(1, 2 if other else _LAST, value or "–", bottom=1, bottom_color=LINE)
        if other:
            sheet.text(3, 3, other, font_color=QUIET, bottom=1, bottom_color=LINE)
            lines = max(lines, sheet.text(4, _LAST, second, bottom=1, bottom_color=LINE))
        sheet.end(lines)


def _named(title: str | None, identifier: str | None) -> str:
    return f"{title} ({identifier})" if identifier else "未能识别"


def _version(number: int | None) -> str:
    return f"第 {number} 版" if number else "–"


def _rows(sheet: _Page, receipt: Receipt) -> None:
    """Rows of this delivery beside the one before, and how they were counted again."""
    counts, earlier = receipt.counts, receipt.earlier
    if counts is None:
        return
    sheet.heading("行数")
    before = f"上次 ({earlier.period})" if earlier else ""
    _head(sheet, ((0, 1, ""), (2, 2, "本次"), (3, 3, before), (4, 4, "变化" if earlier else "")), right=(2, 3, 4))
    old = earlier.counts if earlier else None
    for label, now, past in (
        ("文件中的行", counts.rows_in_file, old.rows_in_file if old else None),
        ("  入库" if receipt.status == "accepted" else "  合格", counts.accepted, old.accepted if old else None),
        ("  退回", counts.rejected, old.rejected if old else None),
        ("  非数据行", counts.not_records, old.not_records if old else None),
    ):
        look = {"bottom": 1, "bottom_color": LINE, "bold": label == "文件中的行"}
        sheet.text(0, 1, label, **look)
        sheet.text(2, 2, f"{now:,}", align="right", **look)
        if past is not None:
            sheet.text(3, 3, f"{past:,}", align="right", **look)
            sheet.text(4, 4, wording.change(now, past), align="right", **look)
        sheet.end()
    second = receipt.second_count
    if second:
        unit = wording.UNITS.get(second.unit, second.unit)
        words = printed(f"另用一种方法计数: {second.number:,} {unit}; 与上表相符, 没有一行下落不明。")
        sheet.end(sheet.text(0, _LAST, words, font_size=9, font_color=QUIET))


def _refusal(sheet: _Page, receipt: Receipt) -> None:
    refusal = receipt.refusal
    if refusal is None:
        return
    sheet.heading("为什么拒收")
    reason = reason_of(refusal.reason_code)
    facts = (
        ("位置", wording.place(refusal.sheet, refusal.line, refusal.column) or "整份文件"),
        ("原值", shown(refusal.value)),
        ("问题", printed(refusal.text)),
        ("规则", f"{printed(reason.zh)} ({refusal.reason_code})"),
        ("怎么改", printed(wording.refusal_action(receipt))),
    )
    for label, value in facts:
        if value:
            sheet.text(0, 0, label, font_color=QUIET, bottom=1, bottom_color=LINE)
            sheet.end(sheet.text(1, _LAST, value, bottom=1, bottom_color=LINE))


def _problems(sheet: _Page, receipt: Receipt) -> None:
    sheet.heading(f"问题 {receipt.problems_total:,} 处")
    _head(sheet, ((0, 0, "列"), (1, 2, "问题"), (3, 3, "处数 / 首见"), (4, _LAST, "怎么改")))
    for group in receipt.groups[:_GROUPS_SHOWN]:
        reason = reason_of(group.reason_code)
        where = f"第 {group.line} 行" if group.line else ""
        cells = (
            (0, 0, group.column or "整行"),
            (1, 2, printed(reason.zh)),
            (3, 3, f"{group.count:,} 处\n{where}".rstrip()),
            (4, _LAST, printed(reason.action_zh)),
        )
        sheet.end(_line(sheet, cells), 15)
    left = len(receipt.groups) - _GROUPS_SHOWN
    words = f"还有 {left} 类问题未列出。" if left > 0 else ""
    if receipt.problems_total > PROBLEMS_SHOWN:
        words += f"“问题清单”只列出前 {PROBLEMS_SHOWN:,} 处,其余向数据管理员索取。"
    else:
        words += "每一处的行号、原值见工作表“问题清单”。"
    if receipt.rows_to_correct_total > len(receipt.rows_to_correct) > 0:
        words += f"“待更正行”只列出前 {len(receipt.rows_to_correct):,} 行, 请在源系统更正后重报整份文件。"
    sheet.end(sheet.text(0, _LAST, printed(words), font_size=9, font_color=QUIET))


def _answered(sheet: _Page, receipt: Receipt) -> None:
    sheet.heading("答复了哪些校核单")
    _head(sheet, ((0, 2, "校核单"), (3, 3, "本次销号"), (4, _LAST, "还有")))
    for one in receipt.answered:
        left = f"{one.rows_open:,} 行待更正" if one.rows_open else "全部办结"
        cells = ((0, 2, f"{one.request_id}\n{one.file_name}"), (3, 3, f"{one.rows_settled:,} 行"), (4, _LAST, left))
        sheet.end(_line(sheet, cells), 15)


def _notes(sheet: _Page, receipt: Receipt) -> None:
    notes = list(receipt.notes)
    if receipt.not_records:
        notes.append("标题、合计、制表人等不是数据的行见工作表“非数据行”;其中如有数据,请联系数据管理员。")
    if not notes:
        return
    sheet.heading("说明")
    for note in notes:
        sheet.end(sheet.text(0, _LAST, f"· {printed(note)}", font_size=9))


def _head(sheet: _Page, cells: Sequence[tuple[int, int, str]], right: tuple[int, ...] = ()) -> None:
    for first, last, text in cells:
        align = "right" if first in right else "left"
        sheet.text(first, last, text, font_size=9, font_color=INK, bold=True, bottom=1, bottom_color=INK, align=align)
    sheet.end()


def _line(sheet: _Page, cells: Sequence[tuple[int, int, str]]) -> int:
    return max(
        sheet.text(first, last, text, font_size=9, bottom=1, bottom_color=LINE, valign="top")
        for first, last, text in cells
    )
