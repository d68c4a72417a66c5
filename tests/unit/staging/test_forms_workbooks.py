"""Workbooks of every kind with what departments do to them: each cell and each row ends in one place, by its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from citylake.contracts import Contract
from citylake.errors import FileRefused
from samples.forms import HEADERS, contract, stage
from samples.ods import raw_cell, write_ods

XLSX = {"type": "xlsx"}
Rows = list[list[Any]]


def xlsx(path: Path, sheets: dict[str, Rows], **options: Any) -> Path:
    with xlsxwriter.Workbook(path, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def xls(path: Path, sheets: dict[str, Rows]) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for at, value in enumerate(row):
                if value is not None:
                    sheet.write(number, at, value)
    book.save(str(path))
    return path


WRITERS: dict[str, Callable[[Path, dict[str, Rows]], Path]] = {"xlsx": xlsx, "xls": xls, "ods": write_ods}


def row(number: int, **more: Any) -> list[Any]:
    cells = {"item_id": f"A-{number}", "item_name": "甲", "amount_cny": 1.5, "stat_date": "2025-09-01"} | more
    return list(cells.values())


def edited(path: Path, part: str, edit: Callable[[str], str]) -> Path:
    """The workbook with one of its parts rewritten."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part] = edit(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


def refused(path: Path, terms: Contract) -> FileRefused:
    with pytest.raises(FileRefused) as found:
        stage(path, terms)
    return found.value


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_five_planted_defects_are_named_by_line_and_field(tmp_path: Path, kind: str) -> None:
    rows = [
        ["清单"], HEADERS, row(1), row(2, item_id=20250001), row(3, amount_cny="多少"), [None, "  "],
        row(4, stat_date="2025-02-30"), row(5, item_id=""), row(1), ["合计", None, 3],
    ]  # fmt: skip
    rows[0] += [None] * 3
    outcome = stage(WRITERS[kind](tmp_path / f"清单.{kind}", {"九月": rows}), contract({"type": kind}))
    assert outcome.reasons == [
        ("九月", 4, "item_id", "code.became_number"),
        ("九月", 5, "amount_cny", "value.not_decimal"),
        ("九月", 7, "stat_date", "value.not_date"),
        ("九月", 8, "item_id", "value.missing"),
        ("九月", 9, "item_id", "key.duplicate"),
    ]
    assert outcome.aside == [(1, "row.title"), (2, "row.header"), (6, "row.blank"), (10, "row.total")]
    assert outcome.accepted["line_number"].to_list() == [3]


@pytest.mark.parametrize("declared", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path, kind: str, declared: str) -> None:
    path = WRITERS[kind](tmp_path / "written", {"九月": [HEADERS, row(1)]}).rename(tmp_path / f"清单.{declared}")
    outcome = stage(path, contract({"type": declared}))
    assert outcome.accepted["item_id"].to_list() == ["A-1"]
    assert outcome.staged.reading is not None
    assert outcome.staged.reading.encoding == kind


@pytest.mark.parametrize(
    ("data", "rule", "word"),
    [
        ("<html><table><tr><td>编号</td></tr></table></html>".encode(), "file.form_mismatch", "HTML"),
        ("编号,名称\nA-1,甲\n".encode(), "file.form_mismatch", "CSV"),
        (b'<?xml version="1.0"?><Workbook/>', "file.form_mismatch", "XML"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "file.encrypted",
            "",
        ),
        (b"PK\x03\x04" + b"broken", "file.unreadable", ""),
    ],
)
def test_what_is_no_workbook_is_refused_by_what_it_is(tmp_path: Path, data: bytes, rule: str, word: str) -> None:
    path = tmp_path / "清单.xls"
    path.write_bytes(data)
    found = refused(path, contract({"type": "xls"}))
    assert found.rule == rule
    assert word in found.text


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_hidden_sheet_is_reported_and_not_read(tmp_path: Path, kind: str) -> None:
    sheets = {"旧": [HEADERS, row(1)], "九月": [HEADERS, row(2)]}
    if kind == "ods":
        path = write_ods(tmp_path / "清单.ods", sheets, hidden=("旧",))
    else:
        path = tmp_path / "清单.xlsx"
        xlsx(path, sheets)
        edited(path, "xl/workbook.xml", lambda xml: xml.replace('<sheet name="旧"', '<sheet state="hidden" name="旧"'))
    outcome = stage(path, contract({"type": kind}))
    assert outcome.accepted["item_id"].to_list() == ["A-2"]
    assert outcome.staged.reading is not None
    assert outcome.staged.reading.notes == ["隐藏的工作表“旧”没有读取"]


def test_many_sheets_are_one_dataset_with_a_header_each(tmp_path: Path) -> None:
    sheets = {"天宁区": [["标题"], HEADERS, row(1)], "空": [], "钟楼区": [HEADERS[::-1], row(2)[::-1], row(3)[::-1]]}
    path = xlsx(tmp_path / "清单.xlsx", sheets)
    for wanted in ("*", ["天宁区", "空", "钟楼区"]):
        outcome = stage(path, contract({"type": "xlsx", "sheet": wanted}))
        assert outcome.accepted.select("sheet_name", "line_number", "item_id").rows() == [
            ("天宁区", 3, "A-1"),
            ("钟楼区", 2, "A-2"),
            ("钟楼区", 3, "A-3"),
        ]


def test_a_sheet_that_the_contract_does_not_name_is_settled_by_its_drift_mode(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "清单.xlsx", {"天宁区": [HEADERS, row(1)], "新区": [["x"], [], ["y", 2]]})
    form = {"type": "xlsx", "sheet": ["天宁区"]}
    assert refused(path, contract(form)).rule == "file.sheet_unknown"
    for mode in ("evolve", "discard_value"):
        outcome = stage(path, contract(form, drift={"table": mode}))
        assert outcome.aside == [(1, "row.header"), (1, "row.other_sheet"), (2, "row.blank"), (3, "row.other_sheet")]
    outcome = stage(path, contract(form, drift={"table": "quarantine_row"}))
    assert outcome.reasons == [("新区", 1, None, "row.other_sheet"), ("新区", 3, None, "row.other_sheet")]


def test_a_visible_sheet_that_is_left_out_is_reported(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "清单.xlsx", {"九月": [HEADERS, row(1)], "八月": [HEADERS, row(2)]})
    for wanted in (None, "九月"):
        outcome = stage(path, contract({"type": "xlsx", "sheet": wanted}))
        assert outcome.staged.rows_accepted == 1
        assert outcome.staged.reading is not None
        assert any("八月" in note for note in outcome.staged.reading.notes)


def test_a_missing_sheet_of_several_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "清单.xlsx", {"天宁区": [HEADERS, row(1)]})
    found = refused(path, contract({"type": "xlsx", "sheet": ["天宁区", "钟楼区"]}))
    assert (found.rule, "天宁区" in found.text) == ("file.sheet_missing", True)


def test_a_value_stands_for_each_row_that_it_is_merged_over_and_blank_stays_blank(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("九月")
        for number, cells in enumerate(
            [HEADERS, row(1), row(2, item_name=None), row(3, item_name=None), row(4, item_name=None)]
        ):
            sheet.write_row(number, 0, cells)
        sheet.merge_range(1, 1, 3, 1, "合并的名称")
    outcome = stage(path, contract(XLSX))
    assert outcome.accepted["item_name"].to_list() == ["合并的名称"] * 3 + [None]


def test_tables_side_by_side_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [["清单"], [*HEADERS, None, *HEADERS], [*row(1), None, *row(3)], [*row(2), None], [None] * 5 + row(4), []]
    path = xlsx(tmp_path / "清单.xlsx", {"九月": [*rows, [*row(5), None, *row(6)]]})
    outcome = stage(path, contract({"type": "xlsx", "side_by_side": 2}))
    assert outcome.accepted.sort("item_id").select("item_id", "line_number").rows() == [
        ("A-1", 3), ("A-2", 4), ("A-3", 3), ("A-4", 5), ("A-5", 7), ("A-6", 7),
    ]  # fmt: skip
    assert refused(path, contract({"type": "xlsx", "side_by_side": 3})).rule == "file.header_missing"


def test_days_of_a_workbook_that_counts_from_1904_are_the_days_that_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet("九月")
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, row(1)[:3])
        sheet.write_number(1, 3, 44439, book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 0, row(2, stat_date=44439))
    outcome = stage(path, contract(XLSX))
    assert [str(day) for day in outcome.accepted["stat_date"]] == ["2025-09-01", "2025-09-01"]


def test_failed_and_uncomputed_formulas_reject_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("九月")
        for number, cells in enumerate([HEADERS, row(1), row(2), row(3)]):
            sheet.write_row(number, 0, cells)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 2, "=1+1", None, 777)
        sheet.write_formula(3, 2, "=1+1", None, 2.5)
    edited(path, SHEET, lambda xml: xml.replace("<v>777</v>", ""))
    outcome = stage(path, contract(XLSX))
    assert outcome.reasons == [
        ("九月", 2, "amount_cny", "cell.formula_error"),
        ("九月", 3, "amount_cny", "cell.formula_not_computed"),
    ]
    assert "#DIV/0!" in outcome.quarantine["raw_value"].to_list()
    assert outcome.accepted["amount_cny"].to_list() == [2.5]


def test_failed_formulas_of_an_open_document_reject_their_cells(tmp_path: Path) -> None:
    error = raw_cell(
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
    )
    path = write_ods(tmp_path / "清单.ods", {"九月": [HEADERS, row(1, amount_cny=error), row(2)]})
    outcome = stage(path, contract({"type": "ods"}))
    assert outcome.reasons == [("九月", 2, "amount_cny", "cell.formula_error")]


@pytest.mark.parametrize(
    "spelling",
    [
        lambda xml: re.sub(r'<c r="[A-Z]+[0-9]+"', "<c", xml),
        lambda xml: re.sub(r' r="[A-Z]*[0-9]+"', "", xml),
        lambda xml: xml.replace("<sheetData>", "<sheetData><!-- <row r='9'><c><v>1</v></c></row> -->"),
        lambda xml: re.sub(r'(<c r="[A-Z]+[0-9]+") t="s"', r't="s" \1', xml).replace('t="s" <c', '<c t="s"'),
    ],
)
def test_a_sheet_written_in_an_unusual_way_is_read_alike(tmp_path: Path, spelling: Callable[[str], str]) -> None:
    path = xlsx(tmp_path / "清单.xlsx", {"九月": [HEADERS, row(1), row(2, item_id=7), row(3)]})
    outcome = stage(edited(path, SHEET, spelling), contract(XLSX))
    assert outcome.accepted["item_id"].to_list() == ["A-1", "A-3"]
    assert outcome.reasons == [("九月", 3, "item_id", "code.became_number")]


def test_a_sheet_that_unpacks_too_far_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "清单.xlsx", {"九月": [HEADERS, row(1)]})
    edited(path, SHEET, lambda xml: xml.replace("<sheetData>", "<sheetData>" + " " * 30_000_000))
    assert refused(path, contract(XLSX)).rule == "file.too_large"


def test_codes_kept_as_numbers_are_taken_where_the_contract_says_so(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "清单.xlsx", {"九月": [HEADERS, row(1, item_id=7450), row(2)]})
    terms = contract(XLSX, columns={"item_id": {"reads": ["number_cells"]}})
    assert stage(path, terms).accepted["item_id"].to_list() == ["7450", "A-2"]
