"""Tables in the shapes of another city's department exports: each known defect is read right or refused by name.

The shapes are those of `domain/xuzhou_department_tables.csv` in the folder above `real_files` (see test_real_files);
its rows carry no data, so small files with these headers are made here. Without it these tests are skipped.
"""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citylake.contracts import Contract
from citylake.staging.reading.workbook import SHARED_READER
from samples import roster
from samples.seeing import Seen, see

ROOT = Path(__file__).parents[2]
TABLES = Path(os.environ.get("CITYLAKE_SHARED", ROOT.parent / "shared")) / "domain" / "xuzhou_department_tables.csv"
ORGANISATION = "123456788"

pytestmark = pytest.mark.skipif(
    not TABLES.is_file(), reason="the list of tables is not here: set CITYLAKE_SHARED to the folder above domain"
)


@pytest.fixture(scope="module", autouse=True)
def _workbook_reader():
    yield
    SHARED_READER.close()


@pytest.fixture(scope="module")
def fields() -> str:
    """Every field name of every table, as listed."""
    with TABLES.open(encoding="utf-8") as file:
        return "\n".join(row["fields"] for row in csv.DictReader(file))


def contract(columns: dict[str, dict[str, Any]], form: dict[str, Any] | None = None, **changes: Any) -> Contract:
    """A contract of these columns (text unless they say otherwise); the first one is the key."""
    terms = roster.terms(form or {"type": "csv", "encodings": ["utf-8", "gb18030"]}, only=[], **changes)
    listed = {
        name: {"name": name, "zh": name, "meaning": name, "type": "text", "level": 1, **of}
        for name, of in columns.items()
    }
    return Contract.model_validate(terms | {"columns": listed, "key": [next(iter(columns))]})


def table(*rows: list[str], encoding: str = "utf-8") -> bytes:
    return roster.csv_text(rows).encode(encoding)


HEADER = "aside line 1 row.header"
RESIDENTS = {
    "register_no": {"headers": ["RKBS人口标识"], "required": True},
    "resident_id": {"headers": ["GMSFHM公民身份号码"], "type": "code", "check": "resident_id", "required": True},
    "person_name": {"headers": ["XM姓名"], "required": True},
    "birth_date": {"headers": ["CSRQ出生日期"], "type": "date"},
    "status": {"headers": ["ZXZT注销状态"]},
}


def test_columns_that_are_all_text_are_typed_by_the_contract(fields):
    headers = [of["headers"][0] for of in RESIDENTS.values()]
    assert all(header in fields for header in headers)
    days = ["19580101", "1958-01-01", "1958/1/1", "1958年1月1日", "1958.01.01", "19580230"]
    rows = [[f"R{n}", roster.resident_id(n), "王小明", day, "正常"] for n, day in enumerate(days)]
    seen = see(table(headers, *rows, encoding="gb18030"), contract(RESIDENTS))
    assert seen.text == f"5 accepted; rejected line 7 birth_date value.not_date; {HEADER}"
    assert set(seen.accepted["birth_date"]) == {date(1958, 1, 1)}


@pytest.mark.parametrize("day", ["20200101", "2020-01-01 00:00:00", "2020-01-01"])
def test_one_field_that_is_text_in_one_table_and_a_day_in_its_sibling(fields, day):
    assert "受理时间" in fields
    columns = {"register_no": {"headers": ["RKBS"], "required": True}, "moved": {"headers": ["QCRQ"], "type": "date"}}
    seen = see(table(["RKBS", "QCRQ"], ["R1", day]), contract(columns))
    assert seen.text == f"1 accepted; {HEADER}"
    assert seen.accepted["moved"].to_list() == [date(2020, 1, 1)]


PROJECT = {"number": {"headers": ["序号"], "required": True}, "project": {"headers": ["项目名称"]}}


def test_a_unit_glued_to_a_header_that_has_none_is_not_guessed(fields):
    assert "批复文号（m2）" in fields
    headers = ["序号", "项目名称", "批复文号（m2）"]
    columns = PROJECT | {"document": {"headers": ["批复文号"]}}
    refused = see(table(headers, ["1", "学校", "常发改〔2025〕1号"]), contract(columns))
    assert refused.refusal is not None
    assert refused.refusal.line == 1
    assert "批复文号" in (refused.refusal.column or "")
    known = columns | {"document": {"headers": ["批复文号", "批复文号(m2)"]}}
    taken = see(table(headers, ["1", "学校", "常发改〔2025〕1号"]), contract(known))
    assert taken.accepted["document"].to_list() == ["常发改〔2025〕1号"]


PERMITS = {
    f"c{n}": {"headers": [text]} for n, text in enumerate(["行政许可决定书文号", "项目名称", "审批类别", "许可内容"])
}


def permit(header: str, value: str, columns: dict[str, dict[str, Any]]) -> Seen:
    headers = [of["headers"][0] for of in PERMITS.values()]
    return see(table([*headers, header], ["许1", "店招", "普通", "设置", value]), contract(PERMITS | columns))


def test_a_numbered_code_is_mapped_by_its_bracketed_name_and_never_by_its_number(fields):
    assert "行政相对人代码_1" in fields
    columns = {
        "organisation_code": {
            "headers": ["行政相对人代码_2(组织机构代码)", "行政相对人代码_3(组织机构代码)"],
            "type": "code", "check": "organisation_code", "optional": True,
        },
        "registration_no": {
            "headers": ["行政相对人代码_2(工商注册号)", "行政相对人代码_3(工商注册号)"],
            "type": "code", "optional": True,
        },
    }  # fmt: skip
    first = permit("行政相对人代码_2(组织机构代码)", ORGANISATION, columns)
    assert first.text == f"1 accepted; {HEADER}"
    assert first.accepted["organisation_code"].to_list() == [ORGANISATION]
    assert first.accepted["registration_no"].to_list() == [None]
    second = permit("行政相对人代码_2（工商注册号）", "320400000012345", columns)
    assert second.accepted["registration_no"].to_list() == ["320400000012345"]
    assert second.accepted["organisation_code"].to_list() == [None]
    bare = permit("行政相对人代码_2", "320400000012345", columns)
    assert bare.text == "refused file.column_unknown line 1 column 行政相对人代码_2"


def test_a_title_row_above_the_header_is_set_aside(fields):
    assert "1,淮海路及三个广场区域,序号" in fields
    headers = ["序号", "姓名", "职务", "公司名称", "电话", "手机"]
    columns = {f"c{n}": {"headers": [header]} for n, header in enumerate(headers)}
    cells = [["1", "淮海路及三个广场区域"], headers, ["1", "王小明", "经理", "广告公司", "85680000", "13800138000"]]
    for form, data in (("csv", table(*cells)), ("xlsx", roster.xlsx({"表": cells}))):
        seen = see(data, contract(columns, {"type": form}))
        assert seen.text == "1 accepted; aside line 1 row.title, line 2 row.header", form


def test_unequal_brackets_are_one_header(fields):
    assert "企业全称（中文)" in fields
    columns = {
        "company": {"headers": ["企业全称(中文)"], "required": True},
        "phone": {"headers": ["LXDH", "联系电话"]},
    }
    for header in ("企业全称（中文)", "企业全称（中文）", "企业全称(中文)"):
        seen = see(table([header, "LXDH"], ["化工厂", "85680000"]), contract(columns))
        assert seen.text == f"1 accepted; {HEADER}", header


def test_a_table_whose_content_is_not_its_title_is_refused(fields):
    assert "预售证号" in fields
    agencies = {f"c{n}": {"headers": [text]} for n, text in enumerate(["机构名称", "办公地址", "资质等级", "证书编号"])}
    data = table(
        ["企业名称", "项目名称", "预售证号", "规划用途", "核发日期"], ["公司", "花园", "1号", "住宅", "2020-01-01"]
    )
    assert see(data, contract(agencies)).text == "refused file.header_missing line 1"


BLANK = [["姓名", "所属单位名称", "执法监督证号码", "F8", "F9"], ["王小明", "城管局", "1", "", ""]]
OFFICERS = {f"c{n}": {"headers": [text]} for n, text in enumerate(BLANK[0][:3])}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("freeze", "refused file.column_unknown line 1 column F8"),
        ("evolve", f"1 accepted; {HEADER}"),
        ("discard_value", f"1 accepted; {HEADER}; 2 warning"),
        ("quarantine_row", f"1 accepted; {HEADER}"),
    ],
)
def test_blank_columns_that_a_spreadsheet_named_are_told_and_take_no_row(fields, mode, expected):
    assert "F8,F9" in fields
    drift = {"table": "freeze", "columns": mode, "types": "quarantine_row"}
    seen = see(table(*BLANK), contract(OFFICERS, drift=drift))
    assert seen.text == expected
    if seen.staged is not None:
        assert seen.staged.reading.unknown_headers == ["F8", "F9"]


def test_two_headers_fused_into_one_are_refused(fields):
    assert "单位名称(第一名称)" in fields
    columns = {
        f"c{n}": {"headers": [text]} for n, text in enumerate(["姓名", "个人身份", "住所", "进入本单位工作时间"])
    }
    seen = see(
        table(["姓名", "个人身份", "住所进入本单位工作时间"], ["王", "干部", "常州2001-01-01"]), contract(columns)
    )
    assert seen.text == "refused file.column_missing line 1 column 住所"


@pytest.mark.parametrize(
    "name", ["安监局_危化品生产、经营、使用、储存_{period}.csv", "编办_慧徐州-编制信息_{period}.csv"]
)
def test_names_with_enumeration_marks_and_hyphens_are_names(name):
    delivery = roster.terms()["delivery"] | {"file_name": name}
    found = contract(PROJECT, delivery=delivery).file_pattern.fullmatch(name.replace("{period}", "2025-09"))
    assert found is not None
    assert found["period"] == "2025-09"
