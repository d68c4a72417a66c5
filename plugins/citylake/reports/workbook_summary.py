"""The first sheet of the workbook: the answer, the classes with a native chart, what needs attention."""

from __future__ import annotations

from collections.abc import Callable

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from citylake.reports import findings, wording
from citylake.reports.model import Tracker

Style = Callable[..., Format]
WIDTHS = (7, 36, 19, 12, 8, 12, 12, 14, 16)


def write_summary(book: xlsxwriter.Workbook, style: Style, tracker: Tracker) -> None:
    """Sheet 总览: title, marks, the answer, classes with a bar chart, the attention table."""
    page = book.add_worksheet("总览")
    page.hide_gridlines(2)
    for at, width in enumerate(WIDTHS):
        page.set_column(at, at, width)
    counts = findings.delivery_counts(tracker)
    page.set_row(0, 28)
    page.write_string(0, 0, tracker.title, style(bold=True, font_size=18))
    page.write_string(
        1,
        0,
        (
            f"截至 {wording.day(tracker.business_date)}    版本 {tracker.version}"
            f"    应报 {counts['expected']}  已报 {counts['arrived']}"
            f"  迟报 {counts['late']}  暂缓 {counts['held']}  未报 {counts['missing']}"
        ),
        style(font_color="#666B70"),
    )
    if tracker.simulated:
        numbers = "、".join(str(number) for number in findings.simulated_numbers(tracker))
        page.merge_range(
            2,
            0,
            2,
            len(WIDTHS) - 1,
            f"模拟:{len(tracker.simulated)} 项指标(第 {numbers} 项)由模拟交付计算,不是真实统计,不得引用。",
            style(bold=True, font_color="#9E2A2B", border=1, border_color="#9E2A2B"),
        )
    page.set_row(3, 40)
    page.merge_range(3, 0, 3, len(WIDTHS) - 1, findings.answer_text(tracker), style(font_size=13, text_wrap=True))
    last = _classes(book, page, style, tracker)
    _attention(page, style, tracker, last + 3)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8版本 {tracker.version}&R&8第 &P 页 / 共 &N 页")
    page.freeze_panes(3, 0)


def _classes(book: xlsxwriter.Workbook, page: Worksheet, style: Style, tracker: Tracker) -> int:
    """The class counts and their chart beside them; returns the last row used."""
    header = style(bold=True, bottom=1)
    page.write_string(5, 1, "判断", header)
    page.write_string(5, 2, "项数", header)
    counts = tracker.class_counts
    for at, (kind, count) in enumerate(counts.items(), start=6):
        page.write_string(at, 1, f"{kind.mark} {kind.zh}", style())
        page.write_number(at, 2, count, style(align="left"))
    first, last = 6, 5 + len(counts)
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "指标数",
            "categories": ["总览", first, 1, last, 1],
            "values": ["总览", first, 2, last, 2],
            "gap": 40,
            "points": [{"fill": {"color": kind.colour}} for kind in counts],
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": "36 项指标按判断".replace("36", str(len(tracker.dossiers))), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "num_font": {"size": 9}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 560, "height": 210})
    page.insert_chart(5, 3, chart, {"x_offset": 12, "description": findings.answer_text(tracker)})
    return max(last, 5 + 10)


def _attention(page: Worksheet, style: Style, tracker: Tracker, top: int) -> None:
    titles = (
        "序号",
        "需要关注的指标",
        "责任单位",
        "现值",
        "来源",
        f"{tracker.last_year}目标",
        "差距",
        f"{findings.pace(tracker).word}所需",
        "判断",
    )
    for at, title in enumerate(titles):
        side = "right" if at in (0, 3, 5, 6, 7) else "left"
        page.write_string(
            top,
            at,
            title,
            style(bold=True, bg_color="#0F4C5C", font_color="#FFFFFF", align=side, indent=0 if side == "right" else 1),
        )
    line = {"bottom": 1, "bottom_color": "#E3E3DD"}
    number, whole, text = (
        style(num_format="#,##0.0", **line),
        style(num_format="#,##0", **line),
        style(indent=1, **line),
    )
    for row, one in enumerate(findings.attention(tracker), start=top + 1):
        kind = one.status.progress_class
        page.write_number(row, 0, one.number, style(**line))
        page.write_string(row, 1, one.indicator.name, text)
        page.write_string(row, 2, one.indicator.responsible_unit, text)
        figures = (
            (3, one.status.value),
            (5, one.indicator.targets.get(tracker.last_year)),
            (6, findings.gap(one)),
            (7, findings.pace(tracker).needed(one)),
        )
        for at, value in figures:
            if value is not None:
                page.write_number(row, at, value, whole if float(value).is_integer() else number)
            else:
                page.write_blank(row, at, None, number)
        mark = wording.SOURCES[one.status.source][1] if one.status.source else ""
        page.write_string(
            row, 4, mark, style(font_color="#9E2A2B", bold=True, indent=1, **line) if mark == "模拟" else text
        )
        page.write_string(
            row, 8, f"{kind.mark} {kind.zh}", style(bg_color=kind.colour, font_color=kind.ink, indent=1, **line)
        )
