"""What a reader of the tracker relies on: nothing loaded, every simulated figure marked, the same bytes again."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from rich.console import Console

from citylake.reports.charts import indicator_chart
from citylake.reports.drawing import Label, round_axis, spread
from citylake.reports.page import render_page
from citylake.reports.reading import read_tracker
from citylake.reports.source import ReportInputIncomplete
from citylake.reports.tracker_files import terminal_table, write_reports
from citylake.reports.wording import moment, number, period, year_position

from .sample_city import BUSINESS_DATE, CITY, VERSION, Plan, invented_plan, write_database

SIMULATED = {7, 10, 17, 18, 20, 21, 23, 34}
RESIDENT_ID = "11010519491231002X"
LINKS = ("src", "href", "xlink:href", "data", "poster", "action", "srcset")


class Page(HTMLParser):
    """Collects what a browser would load, the sections, and the text of every element with a class."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.sections: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.loaded += [given[name] for name in LINKS if name in given and not given[name].startswith("#")]
        if tag == "section" and "ind" in given.get("class", "").split():
            self.sections.append(given["id"])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_database(tmp_path_factory.mktemp("city") / "analyst.duckdb", invented_plan())


@pytest.fixture(scope="module")
def reports(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    write_reports(database, out, BUSINESS_DATE, VERSION)
    return out


@pytest.fixture(scope="module")
def html(reports: Path) -> str:
    return (reports / "tracker.html").read_text(encoding="utf-8")


def test_the_page_loads_nothing_and_needs_no_script(html: str) -> None:
    page = Page(html)
    assert page.loaded == []
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert "http://" not in html and "https://" not in html and "file:" not in html
    assert "@import" not in html and "url(" not in html


def test_every_indicator_has_its_section(html: str) -> None:
    assert Page(html).sections == [f"i{n}" for n in range(1, 37)]


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode()) < 1_500_000


def test_city_and_plan_come_from_the_data(html: str) -> None:
    assert "<h1>样例市“十四五”智慧城市发展规划 目标跟踪报告</h1>" in html
    assert "常州" not in html


def test_every_simulated_value_is_marked_in_table_section_and_chart(html: str) -> None:
    table = _between(html, 'id="table"', 'id="indicators"')
    rows = {int(found[1]): found[0] for found in re.finditer(r'<tr[^>]*><td class="n">(\d+)</td>.*?</tr>', table, re.S)}
    sections = {
        int(found[1]): found[0]
        for found in re.finditer(r'<section class="ind[^>]*id="i(\d+)".*?</section>', html, re.S)
    }
    assert set(rows) == set(sections) == set(range(1, 37))
    for no in range(1, 37):
        is_simulated = no in SIMULATED
        assert ('class="src simulated"' in rows[no]) == is_simulated, no
        headline = "".join(re.findall(r'<p class="big">.*?</p>', sections[no], re.S))
        assert (">模拟</b>" in headline) == is_simulated, no
        assert bool(re.search(r"<text[^>]*>现值 [^<]* 模拟</text>", sections[no])) == is_simulated, no
    for section in (sections[no] for no in (17, 20, 23)):
        districts = _between(section, "<th>地区</th>", "</table>")
        assert districts.count('class="src simulated"') == 5


def test_the_page_says_at_the_top_that_values_are_simulated(html: str) -> None:
    top = _between(html, "<h1>", '<p class="lead">')
    assert "8 项指标(第 7、10、17、18、20、21、23、34 项)" in top and "不得引用" in top


def test_a_restated_simulated_value_is_marked(html: str) -> None:
    changes = _between(html, "自上版以来", "交付异动")
    assert "76.9%" in changes and "77.4%" in changes and changes.count('class="src simulated"') == 2


def test_an_indicator_without_data_names_the_missing_dataset(html: str) -> None:
    section = _between(html, 'id="i2"', "</section>")
    assert "没有数据" in section and "市第三局 样例数据集" in section and "<svg" not in section


def test_a_held_back_value_shows_the_last_good_one_with_the_reason(html: str) -> None:
    section = _between(html, 'id="i10"', "</section>")
    assert "2025年9月暂缓发布,沿用 2025年8月值:资源目录应交 9 份,实交 8 份" in section


def test_a_project_without_dates_is_shown_as_such(html: str) -> None:
    row = _between(html, "样例工程10", "</tr>")
    assert 'class="undated"' in row and 'class="plan"' not in row and "未定期" in row


def test_the_same_database_gives_the_same_bytes(database: Path, reports: Path, tmp_path: Path) -> None:
    write_reports(database, tmp_path, BUSINESS_DATE, VERSION)
    for name in ("tracker.html", "tracker.xlsx"):
        assert (tmp_path / name).read_bytes() == (reports / name).read_bytes(), name


def test_names_are_escaped(tmp_path: Path) -> None:
    plan = invented_plan()
    plan.indicators[6] = {
        **plan.indicators[6],
        "indicator_name_zh": "<script>alert(1)</script>&",
        "responsible_unit": '"><b>局',
    }
    page = render_page(read_tracker(write_database(tmp_path / "a.duckdb", plan), BUSINESS_DATE, VERSION))
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page
    assert '"><b>局' not in page


def test_cell_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    plan = invented_plan()
    plan.indicators[0] = {
        **plan.indicators[0],
        "indicator_name_zh": '=HYPERLINK("http://evil","x")',
        "responsible_unit": "+1+1",
    }
    plan.projects[0] = {**plan.projects[0], "project_name": "@SUM(A1)", "responsible_units": "http://evil.example"}
    write_reports(write_database(tmp_path / "a.duckdb", plan), tmp_path, BUSINESS_DATE, VERSION)
    with zipfile.ZipFile(tmp_path / "tracker.xlsx") as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")}
        assert '=HYPERLINK("http://evil","x")' in "".join(
            ElementTree.fromstring(book.read("xl/sharedStrings.xml")).itertext()
        )
    assert not any("<f>" in xml or "<hyperlink" in xml for xml in sheets.values())


def test_the_workbook_has_its_sheets_real_numbers_and_marks(reports: Path) -> None:
    with zipfile.ZipFile(reports / "tracker.xlsx") as book:
        names = [
            sheet.attrib["name"]
            for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
            if sheet.tag.endswith("}sheet")
        ]
        indicators = _cells(book, 2)
        assert any(name.startswith("xl/charts/chart") for name in book.namelist())
        summary = "".join(str(cell) for row in _cells(book, 1) for cell in row)
    assert names == ["总览", "指标", "指标数值", "进度与里程碑", "工程", "交付", "说明"]
    head = [str(title).split("\n")[0] for title in indicators[2]]
    rows = {row[0]: dict(zip(head, row, strict=False)) for row in indicators[3:]}
    assert len(rows) == 36
    assert rows[20.0]["现值"] == 78.3 and rows[20.0]["单位"] == "%" and rows[20.0]["2025目标"] == 80.0
    assert {no for no, row in rows.items() if row["来源"] == "模拟"} == SIMULATED
    assert "不是真实统计" in summary


def test_no_resident_id_reaches_the_reports(tmp_path: Path) -> None:
    """The analyst file has no level-4 column; the reports do not even read the raw text of a rejected row."""
    path = write_database(tmp_path / "a.duckdb", invented_plan())
    with duckdb.connect(str(path)) as connection:
        connection.sql(
            f"alter table quality.fct_quarantined_rows add column raw_row varchar default '{RESIDENT_ID},张三'"
        )
        connection.sql(f"alter table quality.fct_quarantined_rows add column raw_value varchar default '{RESIDENT_ID}'")
        connection.sql(f"create table base_persons as select '{RESIDENT_ID}' as resident_id")
    write_reports(path, tmp_path, BUSINESS_DATE, VERSION)
    assert RESIDENT_ID not in (tmp_path / "tracker.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "tracker.xlsx") as book:
        assert not any(RESIDENT_ID in book.read(name).decode("utf-8", "ignore") for name in book.namelist())


def test_missing_columns_are_all_named_before_anything_is_written(tmp_path: Path) -> None:
    path = write_database(tmp_path / "a.duckdb", invented_plan())
    with duckdb.connect(str(path)) as connection:
        connection.sql("alter table kpi.fct_indicator_status drop column evidence_grade")
        connection.sql("drop table quality.fct_deliveries")
    with pytest.raises(ReportInputIncomplete) as caught:
        write_reports(path, tmp_path / "out", BUSINESS_DATE, VERSION)
    assert "kpi.fct_indicator_status.evidence_grade" in caught.value.missing
    assert "quality.fct_deliveries.delivery_id" in caught.value.missing
    assert not (tmp_path / "out").exists()


def test_a_city_without_any_value_still_gets_its_report(tmp_path: Path) -> None:
    plan = invented_plan()
    empty = Plan(plan.title, plan.indicators, plan.projects, {1: (1.0, 2.0, 10)}, {}, set(), plan.missing)
    path = write_database(tmp_path / "a.duckdb", empty)
    with duckdb.connect(str(path)) as connection:
        connection.sql("delete from kpi.fct_indicator_values")
        connection.sql("delete from kpi.fct_indicator_progress")
        connection.sql(
            "update kpi.fct_indicator_status"
            " set value = null, period = null, source = null, progress_class = '无法评价'"
        )
    summary = write_reports(path, tmp_path, BUSINESS_DATE, VERSION)
    assert summary.indicators_by_class["无法评价"] == 36 and summary.indicators_with_value == 0
    assert "本报告含模拟数据" not in summary.files[0].read_text(encoding="utf-8")


def test_the_summary_counts_what_the_page_shows(database: Path, tmp_path: Path) -> None:
    summary = write_reports(database, tmp_path, BUSINESS_DATE, VERSION)
    assert sum(summary.indicators_by_class.values()) == 36
    assert set(summary.simulated_indicators) == SIMULATED
    assert [path.name for path in summary.files] == ["tracker.html", "tracker.xlsx"]


def test_the_terminal_table_has_every_indicator_and_marks_simulated_ones(database: Path) -> None:
    table = terminal_table(database)
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(table)
    lines = console.export_text().splitlines()
    assert table.row_count == 36
    assert {int(line.split()[0]) for line in lines if " 模拟 " in line} == SIMULATED


def test_a_chart_is_small_and_refers_to_nothing(database: Path) -> None:
    tracker = read_tracker(database, BUSINESS_DATE, VERSION)
    charts = [chart for dossier in tracker.dossiers if (chart := indicator_chart(dossier, tracker.first_year))]
    assert len(charts) == 10
    assert all(len(chart) < 12_000 and "xmlns" not in chart and "href" not in chart for chart in charts)


def test_labels_in_the_margin_never_overlap() -> None:
    placed = spread([Label("a", 50, "x"), Label("b", 52, "x"), Label("c", 49, "x")])
    assert [label.text for label in placed] == ["c", "a", "b"]
    assert all(later.at - earlier.at >= 15 for earlier, later in itertools.pairwise(placed))


@pytest.mark.parametrize(
    ("values", "low", "high"), [([41.0, 100.0], 40, 100), ([5.0, 5.0], 5, 5.2), ([-3.0, 7.0], -5, 7.5)]
)
def test_an_axis_is_round_and_holds_every_value(values: list[float], low: float, high: float) -> None:
    axis = round_axis(values)
    assert axis.low <= min(values) and axis.high >= max(values)
    assert (axis.low, axis.high) == pytest.approx((low, high))


def test_numbers_and_periods_read_as_in_a_chinese_bulletin() -> None:
    assert [number(v, "%") for v in (100.0, 83.26, -0.04, None)] == ["100", "83.3", "0.0", "–"]
    assert number(14210.0, "家") == "14,210" and number(-1.5, "%") == "−1.5"
    assert [period(text) for text in ("2025", "2025Q3", "2025-09", "2025-09-30")] == [
        "2025年",
        "2025年三季度",
        "2025年9月",
        "2025年9月30日",
    ]
    assert year_position("2025-09") == 2024.75 and year_position("2020-12") == year_position("2020") == 2020.0
    assert [moment(time) for time in (2020.0, 2024.75)] == ["2020年末", "2025年9月"]


def test_another_business_date_changes_only_what_depends_on_it(database: Path) -> None:
    tracker = read_tracker(database, BUSINESS_DATE, VERSION)
    earlier = replace(tracker, business_date=date(2024, 6, 30))
    page = render_page(earlier)
    assert "2024年6月30日" in page and "每年所需" in page and CITY[1] in page


def _between(text: str, start: str, end: str) -> str:
    begin = text.index(start)
    return text[begin : text.index(end, begin)]


def _cells(book: zipfile.ZipFile, sheet: int) -> list[list[object]]:
    """Rows of a worksheet, empty cells as None."""
    strings = ["".join(item.itertext()) for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows: list[list[object]] = []
    for row in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml")).iter(f"{space}row"):
        values: list[object] = []
        for cell in row.iter(f"{space}c"):
            shown = cell.find(f"{space}v")
            text = None if shown is None else shown.text or ""
            values.append(None if text is None else strings[int(text)] if cell.get("t") == "s" else float(text))
        rows.append(values)
    return rows
