"""Headers: spellings with dates, units in brackets, names with numbers, columns that the contract does not know."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citylake.contracts import Contract
from citylake.errors import FileRefused
from samples.forms import HEADERS, contract, stage

CSV = {"type": "csv"}
AMOUNT = {"unit": "万元"}


def csv(path: Path, headers: list[str], *rows: str) -> Path:
    path.write_text("\n".join([",".join(headers), *rows]) + "\n", encoding="utf-8")
    return path


def renamed(new: str, at: int = 2) -> list[str]:
    return [new if index == at else header for index, header in enumerate(HEADERS)]


def refused(path: Path, terms: Contract, period_end: date | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as found:
        stage(path, terms, period_end)
    return found.value


@pytest.mark.parametrize(
    ("header", "amount"),
    [
        ("金额", 15_000.0),
        ("金额（亿元）", 150_000_000.0),
        ("金额(万元)", 15_000.0),
        ("金额【单位：元】", 1.5),
        ("金额／亿元", 150_000_000.0),
        ("金额，千元", 1_500.0),
        ("金 额\u3000(亿元)", 150_000_000.0),
    ],
)
def test_a_unit_in_the_header_goes_before_the_contracts(tmp_path: Path, header: str, amount: float) -> None:
    path = csv(tmp_path / "清单.csv", renamed(header), "A-1,甲,1.5,2025-09-01")
    outcome = stage(path, contract(CSV, columns={"amount_cny": AMOUNT}))
    assert outcome.accepted["amount_cny"].to_list() == pytest.approx([amount])


@pytest.mark.parametrize(
    ("header", "columns", "rule"),
    [
        ("金额(美元)", {"amount_cny": AMOUNT}, "file.unit_unknown"),
        ("金额(万人)", {"amount_cny": AMOUNT}, "file.unit_mismatch"),
        ("金额(万元)", {}, "file.unit_unknown"),
        ("金额(新)", {}, "file.column_missing"),
    ],
)
def test_a_unit_that_cannot_be_converted_refuses_the_file_by_its_header(
    tmp_path: Path, header: str, columns: dict[str, Any], rule: str
) -> None:
    path = csv(tmp_path / "清单.csv", renamed(header), "A-1,甲,1.5,2025-09-01")
    found = refused(path, contract(CSV, columns=columns))
    assert (found.rule, found.line, found.column) == (rule, 1, header)


def test_a_spelling_that_names_its_unit_means_the_contracts_unit(tmp_path: Path) -> None:
    columns = {"amount_cny": {"unit": "万元", "headers": ["营业收入(万元)"]}}
    path = csv(tmp_path / "一.csv", renamed("营业收入（万元）"), "A-1,甲,1.5,2025-09-01")
    assert stage(path, contract(CSV, columns=columns)).accepted["amount_cny"].to_list() == [15_000.0]
    path = csv(tmp_path / "二.csv", renamed("营业收入（亿元）"), "A-1,甲,1.5,2025-09-01")
    assert stage(path, contract(CSV, columns=columns)).accepted["amount_cny"].to_list() == [150_000_000.0]


def test_brackets_behind_a_column_of_text_are_a_remark_and_not_the_column(tmp_path: Path) -> None:
    path = csv(tmp_path / "清单.csv", renamed("名称(曾用)", 1), "A-1,甲,1.5,2025-09-01")
    assert refused(path, contract(CSV)).rule == "file.column_missing"


def test_a_spelling_holds_only_between_its_dates(tmp_path: Path) -> None:
    spellings = [{"text": "金额", "since": "2025-01-01"}, {"text": "款额", "until": "2024-12-31"}]
    terms = contract(CSV, columns={"amount_cny": {"headers": spellings}})
    old = csv(tmp_path / "旧.csv", renamed("款额"), "A-1,甲,1.5,2025-09-01")
    assert stage(old, terms, date(2024, 12, 31)).staged.rows_accepted == 1
    found = refused(old, terms, date(2025, 1, 31))
    assert (found.rule, found.column) == ("file.header_out_of_date", "款额")
    assert "“金额”" in found.text


def test_a_numbered_header_is_known_by_its_name_in_brackets(tmp_path: Path) -> None:
    columns = {
        "item_id": {"headers": ["行政相对人代码_2(组织机构代码)"]},
        "item_name": {"headers": ["行政相对人代码_3(工商注册号)"]},
    }
    swapped = ["行政相对人代码_2(工商注册号)", "行政相对人代码_3（组织机构代码）", "金额", "日期"]
    path = csv(tmp_path / "清单.csv", swapped, "乙,A-1,1.5,2025-09-01")
    row = stage(path, contract(CSV, columns=columns)).accepted.select("item_id", "item_name").row(0)
    assert row == ("A-1", "乙")
    bare = csv(tmp_path / "无.csv", ["行政相对人代码_2", *swapped[1:]], "乙,A-1,1.5,2025-09-01")
    assert refused(bare, contract(CSV, columns=columns)).rule == "file.column_missing"


UNKNOWN = [*HEADERS, "备注"]
ROWS = ("A-1,甲,1.5,2025-09-01,新", "A-2,甲,1.5,2025-09-01,")


def test_unknown_columns_are_settled_by_the_drift_mode(tmp_path: Path) -> None:
    path = csv(tmp_path / "清单.csv", UNKNOWN, *ROWS)
    found = refused(path, contract(CSV))
    assert (found.rule, found.column) == ("file.column_unknown", "备注")

    kept = stage(path, contract(CSV, drift={"columns": "evolve"}))
    assert kept.accepted["extra"].to_list() == ['{"备注":"新"}', None]

    left = stage(path, contract(CSV, drift={"columns": "discard_value"}))
    assert left.accepted.height == 2
    assert left.staged.reading is not None
    assert left.staged.reading.notes == ["列“备注”不在契约中, 其内容未取"]
    assert left.staged.reading.unknown_headers == ["备注"]

    named = stage(path, contract(CSV, drift={"columns": "quarantine_row"}))
    assert named.reasons == [(None, 2, "备注", "drift.unknown_column")]
    assert named.quarantine.filter(kind="row_rejected")["raw_value"].to_list() == ["新"]
    assert named.accepted["item_id"].to_list() == ["A-2"]


def test_values_under_no_header_are_not_lost(tmp_path: Path) -> None:
    full = csv(tmp_path / "有.csv", [*HEADERS, ""], *ROWS)
    found = refused(full, contract(CSV))
    assert (found.rule, found.line, found.value) == ("file.column_unknown", 2, "新")
    empty = csv(tmp_path / "无.csv", [*HEADERS, ""], "A-1,甲,1.5,2025-09-01,")
    assert stage(empty, contract(CSV)).staged.rows_accepted == 1


def test_headers_are_recorded_with_what_became_of_them(tmp_path: Path) -> None:
    path = csv(tmp_path / "清单.csv", UNKNOWN, *ROWS)
    reading = stage(path, contract(CSV, drift={"columns": "evolve"})).staged.reading
    assert reading is not None
    assert [(one.position, one.header, one.column) for one in reading.headers] == [
        (1, "编号", "item_id"), (2, "名称", "item_name"), (3, "金额", "amount_cny"), (4, "日期", "stat_date"),
        (5, "备注", None),
    ]  # fmt: skip
