"""A steward sees what waits, why and whose turn it is, straight after staging; a returned list closes itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter

from citylake import cli, landing, staging
from citylake.contracts import Period
from citylake.orchestration import stages
from citylake.settings import Settings
from samples import residents_file

pytestmark = pytest.mark.store

DAY = Period.parse("2025-09-30").end
NAME = "户籍人口信息_20250930.csv"
Run = Callable[..., str]


def deliver(store: Settings, path: Path) -> None:
    landing.deliver(store, [path])
    landing.land(store)
    staging.stage(store)


def write(folder: Path, bad: int, rows: int = 200) -> Path:
    lines = [residents_file.row(n, resident_id="123" if n < bad else residents_file.GOOD_ID) for n in range(rows)]
    path = folder / NAME
    path.write_bytes(residents_file.text(*lines).encode("gb18030"))
    return path


@pytest.fixture
def run(store: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        assert cli.main(list(arguments)) == code
        out = capsys.readouterr()
        return out.out + out.err

    return command


def answer(run: Run, *arguments: str) -> Any:
    text = run(*arguments, "--json")
    return json.loads(text[min(text.find(mark) for mark in "[{" if mark in text) :])


def test_a_held_delivery_says_why_since_when_and_whose_turn_it_is(store: Settings, tmp_path: Path, run: Run) -> None:
    deliver(store, write(tmp_path, bad=100))
    (case,) = answer(run, "quarantine", "list")
    assert (case["status_zh"], case["turn"], case["rows_rejected"], case["days"]) == ("暂存", "部门", 100, 0)
    assert "超过契约上限" in case["why"]
    (late,) = answer(run, "quarantine", "list")
    assert late["department_zh"] == "市公安局"
    table = run("quarantine", "list")
    assert case["delivery_id"] in table
    assert "市公安局" in table
    shown = answer(run, "quarantine", "show", case["delivery_id"], "--rows", "3")
    assert [(one["line"], one["column"], one["value"]) for one in shown["rows"]] == [
        (line, "resident_id", "123") for line in (2, 3, 4)
    ]
    run("quarantine", "release", case["delivery_id"], "--reason", "已核实")
    (after,) = answer(run, "quarantine", "list")
    assert after["status_zh"] == "有退回行"


def test_a_refused_file_waits_until_a_good_one_comes(store: Settings, tmp_path: Path, run: Run) -> None:
    (tmp_path / NAME).write_bytes(b"a,b\n1,2\n")
    deliver(store, tmp_path / NAME)
    (case,) = answer(run, "quarantine", "list")
    assert (case["status"], case["turn"]) == ("refused", "部门")
    deliver(store, write(tmp_path, bad=0))
    assert answer(run, "quarantine", "list") == []


def test_the_returned_list_closes_itself(store: Settings, tmp_path: Path, run: Run) -> None:
    deliver(store, write(tmp_path, bad=2))
    (sent,) = answer(run, "corrections", "list")
    assert (sent["status"], sent["rows_open"], sent["turn"]) == ("sent", 2, "部门")
    assert sent["due_at"] > sent["opened_at"]
    run("corrections", "export", "--out", str(tmp_path / "out"))
    receipt = tmp_path / "out" / "public_security" / f"{sent['delivery_id']}.xlsx"
    deliver(store, corrected(receipt, tmp_path / f"校核单_{receipt.name}", rows=1))
    part, again = answer(run, "corrections", "list")
    assert (part["request_id"], part["status"], part["rows_open"]) == (sent["request_id"], "corrected", 1)
    assert (again["status"], again["rows_open"]) == ("sent", 1)  # the row that came back as wrong as it was
    lines = answer(run, "corrections", "show", sent["request_id"])["rows"]
    assert [(one["line"], one["status_zh"]) for one in lines] == [(2, "已销号"), (3, "待更正")]
    deliver(store, corrected(receipt, tmp_path / f"校核单_{receipt.name}", rows=2))
    assert answer(run, "corrections", "list") == []
    (closed,) = [
        one for one in answer(run, "corrections", "list", "--all") if one["delivery_id"] == sent["delivery_id"]
    ]
    assert (closed["status"], closed["rows_open"]) == ("closed", 0)
    assert [one["event"] for one in closed["events"]] == ["opened", "answered", "answered"]
    stages.receipts(store, DAY)
    pages = [page(path) for path in (store.reports_dir / DAY.isoformat()).rglob("*.xlsx")]
    assert sum("全部办结" in text and sent["request_id"] in text for text in pages) == 1


def corrected(receipt: Path, path: Path, rows: int) -> Path:
    """The correction list as a clerk sends it back: its first rows brought right."""
    sheet = fastexcel.read_excel(receipt).load_sheet("待更正行", header_row=None, dtypes="string").to_polars()
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("待更正行")
        for at, row in enumerate(sheet.iter_rows()):
            cells = ["" if cell is None else cell for cell in row]
            if 0 < at <= rows:
                cells = [residents_file.GOOD_ID if cell == "123" else cell for cell in cells]
            for across, cell in enumerate(cells):
                page.write_string(at, across, cell)
    return path


def page(path: Path) -> str:
    sheet = fastexcel.read_excel(path).load_sheet("回执", header_row=None, dtypes="string").to_polars()
    return "\n".join(" ".join(cell or "" for cell in row) for row in sheet.iter_rows())


def test_a_list_is_disputed_extended_and_closed_with_its_reasons(store: Settings, tmp_path: Path, run: Run) -> None:
    deliver(store, write(tmp_path, bad=1))
    (sent,) = answer(run, "corrections", "list")
    request = sent["request_id"]
    run("corrections", "dispute", request, "--reason", "号码属实")
    assert (answer(run, "corrections", "list")[0]["status"], answer(run, "corrections", "list")[0]["turn"]) == (
        "disputed",
        "数据管理员",
    )
    run("corrections", "extend", request, "--until", "2099-01-05", "--reason", "系统改造")
    assert answer(run, "corrections", "list")[0]["due_at"].startswith("2099-01-05T18:00")
    run("corrections", "close", request, "--reason", "经核实")
    assert answer(run, "corrections", "list") == []
    history = run("corrections", "show", request)
    for word in ("号码属实", "系统改造", "2099-01-05 18:00", "经核实", "已办结"):
        assert word in history
    assert request in run("corrections", "close", request, "--reason", "再次", code=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("quarantine", "show", "no-such"),
        ("quarantine", "release", "no-such", "--reason", "x"),
        ("quarantine", "withdraw", "no-such", "--reason", "x"),
        ("quarantine", "replay", "no-such"),
        ("corrections", "show", "JH-no-such"),
        ("corrections", "export", "--delivery", "no-such"),
        ("corrections", "dispute", "no-such", "--reason", "x"),
        ("corrections", "extend", "no-such", "--reason", "x", "--until", "2025-10-01"),
    ],
)
def test_an_unknown_number_is_named_with_the_next_action(run: Run, arguments: tuple[str, ...]) -> None:
    said = run(*arguments, code=1)
    assert "no-such" in said
    assert "下一步" in said
