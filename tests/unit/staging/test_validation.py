"""Rows of one block: accepted, rejected or no records; and what a value does that the contract does not foresee."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import Block, Reading
from citylake.staging.rejects import row_keys
from citylake.staging.validation import Validated, Validator

AS_OF = date(2025, 10, 10)
COLUMNS = {
    "seq": {"type": "integer", "headers": ["序号"]},
    "person_name": {"type": "text", "headers": ["姓名"], "required": True},
    "district": {"type": "code", "headers": ["区划"], "check": "division_in_force", "required": True},
    "born": {"type": "date", "headers": ["出生日期"]},
    "amount_cny": {"type": "decimal", "headers": ["金额"], "unit": "元"},
    "note": {"type": "text", "headers": ["备注"], "pattern": "[^!]*"},
}
GOOD = {"seq": "1", "person_name": "王芳", "district": "320402", "born": "2000-01-01", "amount_cny": "12.5", "note": ""}


def contract(types: str = "quarantine_row", columns: dict[str, dict[str, Any]] | None = None, **terms: Any) -> Contract:
    shared = {"zh": "列", "level": 1, "meaning": "x"}
    return Contract.model_validate(
        {
            "dataset": "test__people", "title": {"zh": "名册", "en": "people"}, "each_row_is_a": "person",
            "owner": {"department": "测试"}, "status": "active", "version": 1, "form": {"type": "csv"},
            "catalogue": {"code": "1", "share": "不予共享", "open": "不开放", "level": 4},
            "delivery": {
                "mode": "full", "cycle": "monthly", "file_name": "名册_{period}.csv", "since": "2025-01-01",
                "due": {"days": 1, "time": "08:00"},
            },
            "key": ["person_name", "born"],
            "columns": {
                name: shared | {"name": name} | said | (columns or {}).get(name, {}) for name, said in COLUMNS.items()
            },
            "drift": {"types": types, "columns": "evolve"}, "reject": {"rows_at_most": 99, "share_at_most": 1},
        } | terms
    )  # fmt: skip


def validate(rows: list[dict[str, str]], of: Contract, reading: Reading | None = None, **block: Any) -> Validated:
    frame = pl.DataFrame([GOOD | row for row in rows], schema=dict.fromkeys(COLUMNS, pl.String))
    lines = pl.Series("line_number", range(2, len(rows) + 2), dtype=pl.Int64)
    validator = Validator(of, {}, AS_OF, reading or Reading("名册.csv", period_end=date(2025, 9, 30)))
    return validator.validate(Block(frame, lines, **block))


BLANK = dict.fromkeys(COLUMNS, "")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"person_name": "合计", "amount_cny": "99"}, "row.total"),
        ({"seq": "合计", "amount_cny": "99"}, "row.total"),
        ({"seq": "9", "person_name": "合　计", "amount_cny": "99"}, "row.total"),
        ({"seq": "天宁区小计：", "amount_cny": "99"}, "row.total"),
        ({"person_name": "其中：女", "amount_cny": "9"}, "row.note"),
        ({"seq": "注：数据截至9月底"}, "row.note"),
        ({"note": "数据来源：市统计局"}, "row.note"),
        ({"person_name": "制表人：张三", "born": "2025-09-30"}, "row.footer"),
        ({"seq": "填报单位（盖章）：", "born": "填表日期：2025年9月30日"}, "row.footer"),
        ({"amount_cny": "单位负责人：李四"}, "row.footer"),
        ({"seq": "单位：万元"}, "row.footer"),
        ({"seq": "第 1 页 共 3 页"}, "row.footer"),
        ({"seq": "(123 rows affected)"}, "row.footer"),
        ({"seq": "-----------"}, "row.footer"),
        ({"seq": "本表由系统生成"}, "row.footer"),
        ({"person_name": " ", "seq": "　"}, "row.blank"),
        ({"seq": "序号", "person_name": "姓 名", "district": "区划", "born": "出生日期"}, "row.header"),
    ],
)
def test_marked_lines_that_lack_what_a_record_must_have_are_no_records(cells, reason):
    found = validate([{}, BLANK | cells, {"person_name": "李四"}], contract(not_records=["^本表由"]))
    assert found.not_records.select("line_number", "reason_code").rows() == [(3, reason)]
    assert found.accepted.height == 2
    assert found.rejects.is_empty() and found.rows_rejected == 0
    assert json.loads(found.not_records["raw_row"][0]) == BLANK | cells


@pytest.mark.parametrize(
    "cells",
    [
        {"person_name": "注册会计师协会"},  # begins as a note does, and has all it must have
        {"note": "合计三人"},
        {"person_name": "其中"},
    ],
)
def test_a_record_with_all_it_must_have_is_a_record_whatever_its_words(cells):
    found = validate([cells], contract())
    assert (found.accepted.height, found.not_records.height, found.rows_rejected) == (1, 0, 0)


def test_a_mark_alone_sets_no_line_aside():
    # The words of the header in one cell, a note in another, and nothing missing: a bad record.
    found = validate([{"person_name": "注：王芳", "born": "出生日期"}], contract())
    assert (found.not_records.height, found.rows_rejected) == (0, 1)
    too_long = pl.DataFrame({"line_number": [9], "raw_row": ["合计,,,,,,,"], "reason_code": ["row.too_long"]})
    assert validate([{}], contract(), ragged=too_long).rows_rejected == 1


def test_a_record_that_lacks_something_goes_back_to_the_department():
    found = validate([{"person_name": ""}, {"district": "", "note": "说明见附件"}], contract())
    assert found.not_records.is_empty()
    assert found.rejects.select("line_number", "column_name", "reason_code").rows() == [
        (2, "person_name", "value.missing"),
        (3, "district", "value.missing"),
    ]


def test_footers_with_too_few_fields_are_no_records_and_short_records_are_rejected():
    ragged = pl.DataFrame(
        {
            "line_number": [9, 10, 11, 12],
            "raw_row": ["制表人：张三", '"合 计",3', "3,小计,5", "5,王芳,320402"],
            "reason_code": ["row.too_short"] * 4,
        }
    )
    found = validate([{}], contract(), ragged=ragged)
    assert found.not_records.select("line_number", "reason_code").rows() == [
        (9, "row.footer"), (10, "row.total"), (11, "row.total"),
    ]  # fmt: skip
    assert found.rejects["line_number"].to_list() == [12] and found.rows_rejected == 1


def test_quarantine_keeps_cell_row_and_key():
    found = validate(
        [{"born": "2000/1/1", "district": "320482"}, {"born": "二〇〇〇年", "person_name": "李 四"}], contract()
    )
    first, second = found.rejects.to_dicts()
    assert (first["column_name"], first["raw_value"], first["reason_code"]) == (
        "district", "320482", "division.not_in_force",
    )  # fmt: skip
    assert json.loads(first["raw_row"]) == GOOD | {"born": "2000/1/1", "district": "320482"}
    # By typed values where there are any, so that the corrected row is found in whatever spelling it comes.
    assert first["row_key"] == "王芳\x1f2000-01-01"
    assert second["row_key"] == "李 四\x1f二〇〇〇年"
    accepted = validate([{}], contract()).accepted
    assert row_keys(accepted.select("person_name", "born")).to_list() == [first["row_key"]]


def test_a_code_is_judged_by_the_period_and_not_by_the_day_it_arrived():
    of_2014 = Reading("名册.csv", period_end=date(2014, 12, 31))
    assert validate([{"district": "320405"}], contract(), of_2014).accepted.height == 1
    assert validate([{"district": "320405"}], contract()).rows_rejected == 1


def test_frozen_types_refuse_the_file_at_the_first_breach():
    rows = [{}, {"amount_cny": "不详"}, {"born": "昨天"}]
    with pytest.raises(FileRefused) as refused:
        validate(rows, contract("freeze"), sheet_name="名册")
    facts = refused.value
    assert (facts.rule, facts.line, facts.column, facts.value) == ("drift.type", 3, "金额", "不详")
    assert facts.sheet == "名册" and facts.action
    # One frozen column among others; and a total is no breach.
    only_born = contract(columns={"born": {"drift": "freeze"}})
    assert validate(rows[:2], only_born).rows_rejected == 1
    with pytest.raises(FileRefused):
        validate(rows, only_born)
    assert (
        validate([{}, BLANK | {"person_name": "合计", "amount_cny": "九"}], contract("freeze")).not_records.height == 1
    )


def test_discarded_values_leave_the_row_in():
    found = validate([{"amount_cny": "不详", "note": "好!"}, {"person_name": "李四"}], contract("discard_value"))
    assert found.accepted["amount_cny"].to_list() == [None, 12.5]
    assert found.accepted["note"].to_list() == [None, None]
    assert found.rejects.select("column_name", "raw_value", "is_row_rejected").rows() == [
        ("amount_cny", "不详", False), ("note", "好!", False),
    ]  # fmt: skip
    assert "extra" not in found.accepted.columns


def test_evolving_values_are_kept_beside_the_row():
    extra = pl.Series(['{"新列":"甲"}', None, '{"新列":"乙"}'])
    rows = [{"amount_cny": '不"详', "born": "昨天"}, {}, {"person_name": "李四"}]
    found = validate(
        rows, contract("evolve", delivery=contract().delivery.model_copy(update={"mode": "event"})), extra=extra
    )
    assert [json.loads(one) if one else None for one in found.accepted["extra"]] == [
        {"新列": "甲", "amount_cny": '不"详', "born": "昨天"}, None, {"新列": "乙"},
    ]  # fmt: skip
    assert found.accepted["amount_cny"].to_list() == [None, 12.5, 12.5]
    assert found.rejects["is_row_rejected"].to_list() == [False, False]


def test_a_required_value_cannot_be_discarded():
    found = validate([{"district": "320499"}, {"person_name": ""}], contract("discard_value"))
    assert found.rejects["is_row_rejected"].to_list() == [True, True]
    assert found.accepted.is_empty()


def test_cells_that_the_reader_does_not_vouch_for_are_no_values():
    bad = pl.DataFrame(
        {
            "row": pl.Series([0, 1, 1], dtype=pl.UInt32),
            "column_name": ["amount_cny", "district", "新列"],
            "raw_value": [None, None, "丙"],
            "reason_code": ["cell.formula_error", "code.became_number", "drift.unknown_column"],
        }
    )
    found = validate([{}, {}, {"person_name": "李四"}], contract(), bad_cells=bad)
    assert found.accepted["person_name"].to_list() == ["李四"]
    assert found.rejects.sort("reason_code").select(
        "line_number", "column_name", "raw_value", "reason_code"
    ).rows() == [
        (2, "amount_cny", "12.5", "cell.formula_error"),
        (3, "district", "320402", "code.became_number"),
        (3, "新列", "丙", "drift.unknown_column"),
    ]


def test_the_unit_of_the_header_goes_before_that_of_the_contract():
    in_ten_thousands = Reading("名册.csv", units={"amount_cny": "万元"})
    assert validate([{}], contract(), in_ten_thousands).accepted["amount_cny"].to_list() == [125_000.0]
    with pytest.raises(FileRefused) as refused:
        validate([{}], contract(), Reading("名册.csv", units={"amount_cny": "亩"}))
    assert refused.value.rule == "file.unit_mismatch"


CELL = st.one_of(
    st.sampled_from(
        ["", "-", "合计", "注：", "制表人：", "320402", "2000-01-01", "7", "王芳", "不详", "!", "序号", "姓名"]
    ),
    st.text(max_size=6),
)
ROW = st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL))


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.one_of(ROW, st.just({})), min_size=1, max_size=8),
    types=st.sampled_from(["freeze", "evolve", "discard_value", "quarantine_row"]),
)
def test_every_row_ends_in_one_place_or_the_file_is_refused(rows, types):
    try:
        found = validate(rows, contract(types))
    except FileRefused as refused:
        assert types == "freeze" and refused.rule == "drift.type"
        return
    rejected = set(found.rejects.filter("is_row_rejected")["line_number"])
    places = [set(found.accepted["line_number"]), rejected, set(found.not_records["line_number"])]
    assert sum(map(len, places)) == len(rows) == len(set.union(*places))
    assert found.rows_rejected == len(rejected)
    assert found.rejects["row_key"].null_count() == 0
