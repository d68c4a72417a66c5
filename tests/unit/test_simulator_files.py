"""The simulator's files: read by programs that did not write them, every link points at the line of its row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openpyxl
import polars as pl
import pytest
import xlrd
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.simulator import blocks, simulate
from citylake.simulator.basics.schedule import LONG_AGO, Period, Schedule
from citylake.simulator.files import xls, xlsx
from citylake.simulator.files.forms import LAYOUTS, Field, Layout
from citylake.simulator.files.sinks import open_sink
from citylake.simulator.files.workbooks import SheetFull
from citylake.simulator.files.writers import Decoration, Sink
from citylake.simulator.registry import EXPORTS

PEOPLE = 1_200
Place = tuple[str | None, int]
Row = dict[str, str | None]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clean")
    simulate(out, people=PEOPLE, months=1, faults="none")
    return out


def workbook_rows(path: Path) -> Iterator[tuple[str, int, list[object]]]:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
                yield sheet.title, line, list(row)
        book.close()
    else:
        for sheet in xlrd.open_workbook(path).sheets():
            for line in range(sheet.nrows):
                yield sheet.name, line + 1, sheet.row_values(line)


def csv_rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins (a field in quotes may hold line breaks)."""
    reader = csv.reader(io.StringIO(path.read_bytes().decode(layout.encoding), newline=""))
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def records(path: Path, layout: Layout) -> dict[Place, Row]:
    """Every record of a file without dirt, by sheet and line; empty cells are None."""
    names = [one.name for one in layout.fields]
    headers = [one.header for one in layout.fields]
    if layout.form == "csv":
        lines = list(csv_rows(path, layout))
        assert lines[0][1] == headers
        return {(None, line): named(names, row) for line, row in lines[1:]}
    if layout.form in ("xlsx", "xls"):
        rows = list(workbook_rows(path))
        begin = layout.header_rows
        assert all(row[-1] == headers[-1] for _, line, row in rows if line == begin)
        return {(sheet, line): named(names, row) for sheet, line, row in rows if line > begin}
    if layout.form == "parquet":
        frame = pl.read_parquet(path)
        assert frame.columns == headers
        return {(None, line): named(names, list(row)) for line, row in enumerate(frame.iter_rows(), 1)}
    text = path.read_text(encoding="utf-8")
    found = json.loads(text) if layout.form == "json" else [json.loads(line) for line in text.splitlines()]
    assert all(list(one) == headers for one in found)
    return {(None, line): named(names, list(one.values())) for line, one in enumerate(found, 1)}


def named(names: list[str], row: list[object]) -> Row:
    assert len(row) == len(names)
    texts = [None if one is None or one == "" else f"{one}" for one in row]
    return dict(zip(names, texts, strict=True))


def test_every_dataset_is_delivered_and_opens_in_another_reader(clean: Path) -> None:
    empty = []
    for dataset in EXPORTS:
        layout = LAYOUTS[dataset]
        files = sorted((clean / "inbox" / layout.department).glob(f"{layout.stem}_*.{layout.form}"))
        assert files, dataset
        for path in files:
            empty += [] if records(path, layout) else [path.name]
    assert empty == []


def test_every_link_points_at_the_line_of_its_row(clean: Path) -> None:
    links = pl.read_parquet(clean / "truth" / "entity_links.parquet")
    assert set(links["entity_type"]) == {"person", "legal_entity", "certificate", "credit_subject", "place"}
    people = pl.read_parquet(clean / "truth" / "persons.parquet")
    numbers = {row["true_entity_id"]: {row["resident_id"], row["former_resident_id"]} for row in people.to_dicts()}
    firms = pl.read_parquet(clean / "truth" / "legal_entities.parquet")
    codes = dict(firms.select("true_entity_id", "uscc").iter_rows())
    parents = dict(firms.select("true_entity_id", "parent_true_id").iter_rows())
    checked = dict.fromkeys(("person", "legal_entity"), 0)
    for (dataset, path), some in links.group_by("dataset_id", "path", maintain_order=True):
        found = records(clean / str(path), LAYOUTS[str(dataset)])
        for link in some.iter_rows(named=True):
            row = found[link["sheet_name"], link["line_number"]]
            own = link["true_entity_id"]
            if link["role"] == "self" and link["entity_type"] == "person" and row.get("resident_id"):
                assert row["resident_id"] in numbers[own], link
                checked["person"] += 1
            if link["role"] == "self" and link["entity_type"] == "legal_entity" and row.get("uscc"):
                # A branch may report under the code of its company.
                assert row["uscc"] in (codes[own], codes.get(parents[own])), link
                checked["legal_entity"] += 1
    assert all(count > 1000 for count in checked.values()), checked


def test_addresses_are_noted_where_they_stand(clean: Path) -> None:
    addresses = pl.read_parquet(clean / "truth" / "addresses.parquet")
    divisions = {
        "320402": "天宁",
        "320404": "钟楼",
        "320411": "新北",
        "320412": "武进",
        "320413": "金坛",
        "320481": "溧阳",
    }
    register = addresses.filter(pl.col("dataset_id") == "public_security__resident_register")
    for (path,), some in register.group_by("path", maintain_order=True):
        found = records(clean / str(path), LAYOUTS["public_security__resident_register"])
        for _, _, _, line, _, street, division in some.iter_rows():
            assert street.startswith(division) and divisions[division][:2] in f"{found[None, line]['address']}"


def test_blocks_do_not_show_in_the_files(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 61)
    whole = [name for name in EXPORTS if LAYOUTS[name].form in ("csv", "json", "jsonl")]
    simulate(tmp_path, people=PEOPLE, months=1, faults="none", datasets=whole)
    files = [path for path in (tmp_path / "inbox").rglob("*") if path.is_file()]
    differ = [path.name for path in files if path.read_bytes() != (clean / path.relative_to(tmp_path)).read_bytes()]
    assert len(files) > 100 and differ == []


# -- text -------------------------------------------------------------------------------------------------------------

CELL = st.one_of(st.none(), st.text(alphabet='ab,"\n\r 中', max_size=6))
BLOCKS = st.lists(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), min_size=1, max_size=3)
TEXT_FIELDS = (Field("a", "甲", "text"), Field("b", "乙", "code"), Field("c", "丙", "text"))


def by_quotes(text: str) -> list[tuple[int, str]]:
    """Records as they stand, with the line on which each begins: a line end inside of quotes ends nothing."""
    found, begin, record, is_open = [], 1, "", False
    for line, piece in enumerate(text.split("\n")[:-1], 1):
        record = record + "\n" + piece if is_open else piece
        begin = begin if is_open else line
        is_open = record.count('"') % 2 == 1
        if not is_open:
            found.append((begin, record))
    return found


@settings(max_examples=100, deadline=None)
@given(BLOCKS)
def test_csv_cells_come_back_from_their_lines(
    blocks_of: list[list[tuple[str | None, ...]]],
) -> None:
    layout = Layout("x__y", "表", "csv", "daily", TEXT_FIELDS)
    with TemporaryDirectory() as folder:
        sink = open_sink(Path(folder) / "f", layout, ["甲", "乙", "丙"], "gb18030", Decoration())
        frames = [pl.DataFrame(some, schema=dict.fromkeys("abc", pl.String), orient="row") for some in blocks_of]
        lines = [int(line) for frame in frames for run in sink.append(frame, None) for line in run.lines]
        sink.close()
        text = (Path(folder) / "f").read_bytes().decode("gb18030")
    found = by_quotes(text)[1:]
    assert [line for line, _ in found] == lines
    cells_of = [next(csv.reader(io.StringIO(record, newline=""), strict=True)) for _, record in found]
    assert cells_of == [[one or "" for one in row] for some in blocks_of for row in some]


# -- workbooks --------------------------------------------------------------------------------------------------------

FIELDS = (Field("a", "甲", "text"), Field("b", "乙", "date"), Field("c", "丙", "int"), Field("d", "丁", "timestamp"))
OPEN_ENDED = Layout("x__y", "表", "xlsx", "monthly", FIELDS, sheet="*", sheets=("东", "西"))
SINGLE = Layout("x__y", "表", "xlsx", "monthly", FIELDS, sheet="东")


def cells(count: int) -> pl.DataFrame:
    values = pl.Series("a", np.arange(count)).cast(pl.String)
    moment = pl.lit("2025-09-30 08:30:00").alias("d")
    return values.to_frame().select("a", pl.lit("2025-09-30").alias("b"), pl.col("a").alias("c"), moment)


def book(path: Path, layout: Layout, decoration: Decoration | None = None) -> Sink:
    return open_sink(path, layout, [one.header for one in layout.fields], "utf-8", decoration or Decoration())


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_a_full_sheet_goes_on_in_a_further_one(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx.XlsxSink, "most_rows", 10)
    monkeypatch.setattr(xls.XlsSink, "most_rows", 10)
    layout = Layout("x__y", "表", form, "monthly", FIELDS, sheet="*", sheets=("东", "西"))
    sink = book(tmp_path / "book", layout, Decoration(title=("题",), footer=("合计",)))
    placed = []
    for sheet in ("东", "西"):
        placed += [(run.sheet, int(line)) for run in sink.append(cells(9), sheet) for line in run.lines]
    sink.close()
    named_book = (tmp_path / "book").rename(tmp_path / f"book.{form}")
    found = {(sheet, line): row for sheet, line, row in workbook_rows(named_book)}
    assert [f"{found[place][0]}" for place in placed] == [f"{n}" for n in [*range(9), *range(9)]]
    assert {sheet for sheet, _ in placed} == {"东", "东(2)", "西", "西(2)"}
    assert max(line for _, line in found) <= 10
    # Every sheet has its own heading and footer.
    assert [found[sheet, 2][0] for sheet in ("东", "东(2)", "西", "西(2)")] == ["甲"] * 4


def test_a_single_sheet_that_overflows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx.XlsxSink, "most_rows", 10)
    sink = book(tmp_path / "book.xlsx", SINGLE)
    with pytest.raises(SheetFull) as refused:
        sink.append(cells(10), None)
    sink.close()
    assert (refused.value.dataset, refused.value.rows) == ("x__y", 10)


def test_dates_and_numbers_are_real_ones_and_marks_are_escaped(tmp_path: Path) -> None:
    odd = pl.DataFrame(
        {
            "a": ["<b>甲&乙</b>", " 两边空 ", None, "换\n行\x01"],
            "b": ["2025-09-30", "2025-02-30", "1899-01-01", "9999-12-31"],
            "c": ["12", "-0.5", "十二", None],
            "d": ["2025-09-30 08:30:15", "2025-09-30", None, "2025-09-30 25:00:00"],
        }
    )
    sink = book(tmp_path / "book.xlsx", SINGLE)
    sink.append(odd, None)
    sink.close()
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [f"{row[0]}" for row in rows] == ["<b>甲&乙</b>", " 两边空 ", "None", "换\n行"]
    assert f"{rows[0][1]}" == "2025-09-30 00:00:00" and [row[1] for row in rows[1:3]] == ["2025-02-30", "1899-01-01"]
    assert [row[2] for row in rows] == [12, -0.5, "十二", None]
    assert f"{rows[0][3]}" == "2025-09-30 08:30:15" and [row[3] for row in rows[1:]] == [
        "2025-09-30", None, "2025-09-30 25:00:00",
    ]  # fmt: skip


# -- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("months", [2, 3, 7, 14])
@pytest.mark.parametrize("history", [0, 5])
@pytest.mark.parametrize("cycle", ["monthly", "quarterly", "yearly"])
def test_periods_follow_each_other_and_the_first_holds_the_stock(months: int, history: int, cycle: str) -> None:
    schedule = Schedule(date(2025, 8, 17), months)
    found: list[Period] = getattr(schedule, cycle)(history)
    assert found[0].begin == LONG_AGO and found[-1].end <= schedule.until
    assert all(later.begin == one.end + timedelta(days=1) for one, later in pairwise(found))
    assert len(found) >= 1 + history and len({one.label for one in found}) == len(found)
    assert found[-1].label == {"monthly": "202507", "quarterly": "2025Q2", "yearly": "2024"}[cycle]
