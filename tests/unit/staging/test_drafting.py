"""A drafted contract: forms proven, titles and headers found, names and types known, odd samples refused by name."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import xlwt
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from citylake import cli
from citylake.contracts import load_contracts
from citylake.contracts.drafts import Draft
from citylake.contracts.naming import Vocabulary
from citylake.contracts.yaml_file import TO_FILL
from citylake.errors import SampleUnusable
from citylake.settings import PACKAGE, get_settings
from citylake.staging.drafting import draft_contract
from citylake.staging.drafting.file_names import FileName
from citylake.staging.drafting.values import look_at

HEADERS = ["地块编码", "年份", "经营主体", "统一社会信用代码", "面积(亩)", "是否高标准农田", "登记日期", "当前情形"]
RECORDS = [
    ["002001", "2025", "常州甲农场", "91350100M000100Y43", "12.5", "是", "2024-03-01", "存续"],
    ["002002", "2025", "常州乙农场", "91350100M000100Y43", "8", "否", "2024-03-01", "注销"],
    ["002003", "2025", "常州甲农场", "不详", "130.25", "否", "2024-05-17", "存续"],
]
NEW = ["当前情形"]


def csv_text(delimiter: str = ",", above: str = "") -> str:
    return above + "".join(delimiter.join(row) + "\n" for row in [HEADERS, *RECORDS])


def xlsx(rows: list[list[str]], sheet: str = "地块") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell)
        book.add_worksheet("填报说明").write_string(0, 0, "请于每月 8 日前报送")
        book.add_worksheet("上月").hide()
    return target.getvalue()


def xls(rows: list[list[str]]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("地块")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write(number, column, cell)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parquet() -> bytes:
    target = io.BytesIO()
    pl.DataFrame([dict(zip(HEADERS, row, strict=True)) for row in RECORDS]).write_parquet(target)
    return target.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()


def records() -> list[dict[str, str]]:
    return [dict(zip(HEADERS, row, strict=True)) for row in RECORDS]


TITLED = [["农业地块登记表"], ["填报单位: 市农业农村局"], HEADERS, *RECORDS, ["合计", "", "3"], ["制表人: 张三"]]
TWO_ROWS = [
    ["地块编码", "年份", "主体", "", "土地", "", "登记日期", "当前情形"],
    ["", "", "经营主体", "统一社会信用代码", "面积(亩)", "是否高标准农田", "", ""],
    *RECORDS,
]
JSON_LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in records())
FORMS: dict[str, tuple[str, Callable[[], bytes], dict[str, object]]] = {
    "utf-8": ("地块_202509.csv", lambda: csv_text().encode(), {"type": "csv", "encodings": ["utf-8"]}),
    "gb18030": ("地块_202509.csv", lambda: csv_text().encode("gb18030"), {"type": "csv", "encodings": ["gb18030"]}),
    "utf-16": ("地块_202509.csv", lambda: csv_text().encode("utf-16"), {"type": "csv", "encodings": ["utf-16"]}),
    "tabs": (
        "地块_202509.tsv",
        lambda: csv_text("\t").encode(),
        {"type": "csv", "encodings": ["utf-8"], "delimiters": ["\t"]},
    ),
    "titles": (
        "地块_202509.csv",
        lambda: csv_text(above="农业地块\n\n").encode(),
        {"type": "csv", "encodings": ["utf-8"]},
    ),
    "xlsx": ("地块_202509.xlsx", lambda: xlsx(TITLED), {"type": "xlsx", "sheet": "地块", "header_rows": 1}),
    "two header rows": (
        "地块_202509.xlsx",
        lambda: xlsx(TWO_ROWS),
        {"type": "xlsx", "sheet": "地块", "header_rows": 2},
    ),
    "xls": ("地块_202509.xls", lambda: xls(TITLED), {"type": "xls", "sheet": "地块", "header_rows": 1}),
    "json": (
        "地块_202509.json",
        lambda: json.dumps({"code": 0, "data": {"rows": records()}}, ensure_ascii=False).encode(),
        {"type": "json", "encodings": ["utf-8"], "records": "data.rows"},
    ),
    "jsonl": ("地块_202509.jsonl", JSON_LINES.encode, {"type": "jsonl", "encodings": ["utf-8"]}),
    "parquet": ("地块_202509.parquet", parquet, {"type": "parquet"}),
    "gzip": (
        "地块_202509.csv.gz",
        lambda: gzip.compress(csv_text().encode("gb18030")),
        {"type": "csv", "encodings": ["gb18030"], "archive": "gzip"},
    ),
    "zip": (
        "地块_202509.zip",
        lambda: zipped("地块.csv", csv_text().encode()),
        {"type": "csv", "encodings": ["utf-8"], "archive": "zip"},
    ),
    "zipped workbook": (
        "地块_202509.zip",
        lambda: zipped("地块.xlsx", xlsx(TITLED)),
        {"type": "xlsx", "sheet": "地块", "header_rows": 1, "archive": "zip"},
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the city's contracts."""
    copied = tmp_path / "contracts"
    shutil.copytree(PACKAGE / "contracts", copied, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setenv("CITYLAKE_CONTRACTS", str(copied))
    monkeypatch.setenv("CITYLAKE_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    load_contracts.cache_clear()
    return copied


@pytest.fixture
def same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dictionary is read once for all examples of a test: reading it is most of what a draft costs."""
    known = Vocabulary.of(PACKAGE / "contracts", load_contracts(PACKAGE / "contracts"))
    monkeypatch.setattr(Vocabulary, "of", lambda *_: known)


def drafted(tmp_path: Path, name: str, data: bytes, **known: str) -> Draft:
    path = tmp_path / name
    path.write_bytes(data)
    return draft_contract(path, PACKAGE / "contracts", **known)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_gives_the_same_columns_in_every_form(form: str, tmp_path: Path) -> None:
    name, data, expected = FORMS[form]
    draft = drafted(tmp_path, name, data(), dataset="agriculture__plots")
    assert draft.form == expected
    found = {column.name: column for column in draft.columns}
    assert [str(column.terms["headers"][0]) for column in draft.columns] == HEADERS
    assert list(found)[:7] == [
        "parcel_code",
        "stat_year",
        "entity_name",
        "uscc",
        "area_m2",
        "is_high_standard",
        "registered_date",
    ]
    assert found["area_m2"].terms["unit"] == "亩"
    assert found["area_m2"].entry is None, "stands in the dictionary already"
    assert found["is_high_standard"].entry is not None and found["is_high_standard"].entry["type"] == "boolean"
    assert draft.columns[-1].name == "new_column_08" and draft.columns[-1].terms["codes"] == "enterprise_status"
    assert draft.key == ["parcel_code"] and found["parcel_code"].terms["required"] is True
    assert draft.missing is not None and "不详" in draft.missing
    assert draft.delivery["file_name"] == name.replace("202509", "{period}")
    assert draft.delivery["cycle"] == "monthly"


def test_codes_that_a_workbook_keeps_as_numbers_are_declared(tmp_path: Path) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["路口编号", "区划代码", "车道数"])
        for row in range(1, 9):
            page.write_string(row, 0, f"L{row:03d}")
            page.write_number(row, 1, 320402)
            page.write_number(row, 2, row)
    draft = drafted(tmp_path, "路口_202509.xlsx", target.getvalue())
    assert [column.terms.get("reads") for column in draft.columns] == [None, ["number_cells"], None]


def test_a_title_over_two_cells_is_no_header_row(tmp_path: Path) -> None:
    above = "农业地块登记表,,,,,单位: 亩\n"
    draft = drafted(tmp_path, "地块_202509.xlsx", xlsx([above.strip().split(","), HEADERS, *RECORDS]))
    assert draft.form["header_rows"] == 1


def test_one_row_proves_no_key(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "地块_202509.csv", "".join(csv_text().splitlines(True)[:2]).encode())
    assert [TO_FILL in name for name in draft.key] == [True]


def test_a_word_of_the_code_list_is_no_missing_mark() -> None:
    lists = {"secrecy": {"非密": "none", "无": "none", "内部": "internal"}, "other": {"甲": "a"}}
    found = look_at("密级", ["无", "内部", "非密", "-"], lists, None)
    assert (found.codes, found.missing) == ("secrecy", ("-",))


def test_every_value_that_only_people_know_is_marked_and_the_rest_is_yaml(tmp_path: Path) -> None:
    draft = drafted(tmp_path, *_bytes("xlsx"))
    data = yaml.safe_load(draft.text)
    assert data["status"] == "planned"
    assert all(
        TO_FILL in text
        for text in (data["catalogue"]["legal_basis"], data["catalogue"]["code"], data["owner"]["safety_officer"])
    )
    entries = yaml.safe_load(draft.entries)
    assert all(TO_FILL in entry["meaning"] for entry in entries.values())
    assert "^合计" in data["not_records"]


def _bytes(form: str) -> tuple[str, bytes]:
    name, data, _ = FORMS[form]
    return name, data()


def test_a_dataset_of_the_plans_catalogue_brings_what_the_plan_says(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "农业地块与种植_2025.csv", csv_text().encode())
    assert draft.dataset == "agriculture__farm_parcels"
    assert draft.head["owner"] == {"department": "市农业农村局", "safety_officer": f"{TO_FILL} 数据安全责任人"}
    assert (draft.delivery["mode"], draft.delivery["cycle"]) == ("full", "yearly")


@pytest.mark.parametrize(
    ("name", "pattern", "title", "cycle"),
    [
        ("户籍人口_20250930.csv", "户籍人口_{period}.csv", "户籍人口", "daily"),
        ("2025Q3 招商项目.xlsx", "{period} 招商项目.xlsx", "招商项目", "quarterly"),
        ("年报(2024)(1).xls", "年报({period}).xls", "年报", "yearly"),
        ("320400_路口_202509.csv.gz", "320400_路口_{period}.csv.gz", "320400_路口", "monthly"),
        ("台账.xlsx", "台账_{period}.xlsx", "台账", None),
        ("台账_20251399.csv", "台账_20251399_{period}.csv", "台账_20251399", None),
    ],
)
def test_the_period_is_found_in_the_name(name: str, pattern: str, title: str, cycle: str | None) -> None:
    found = FileName.of(name)
    assert (found.pattern, found.title, found.cycle) == (pattern, title, cycle)


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("行政许可决定书文号", ["0012", "0013"], "code"),
        ("数量", ["12", "7", "1,200"], "integer"),
        ("金额", ["12.50", "7", "-"], "decimal"),
        ("联系电话", ["13800000000", "13900000001"], "code"),
        ("批次", ["202501", "202502", "202503"], "code"),
        ("所属月份", ["202501", "202502"], "month"),
        ("月份", ["2025-01", "2025年2月"], "month"),
        ("发证日期", ["20250101", "20250131"], "date"),
        ("发证日期", ["2025/1/1", "2025年1月31日"], "date"),
        ("受理时间", ["2025-01-01 08:00:00", "2025-01-01 09:30"], "timestamp"),
        ("是否联网", ["1", "0"], "boolean"),
        ("单位名称", ["甲", "乙"], "text"),
        ("备注", [None, ""], "text"),
    ],
)
def test_types_are_told_by_the_values_and_codes_from_numbers(header: str, cells: list[str | None], kind: str) -> None:
    assert look_at(header, cells, {}, None).type == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("zeros.csv", b"\0" * 5000),
        ("broken.xlsx", xlsx(TITLED)[:900]),
        ("broken.zip", b"PK\x03\x04nothing"),
        ("broken.gz", gzip.compress(b"a,b\n1,2\n" * 500, mtime=0)[:40]),
        ("two.zip", zipped("a.csv", b"") + b"x"),
        ("broken.parquet", b"PAR1" + b"x" * 50),
        ("page.xls", "<html><table><tr><td>姓名</td></tr></table></html>".encode()),
        ("half.json", b'[{"a": 1}, {"a":'),
        ("deep.json", b"[" * 100_000),
        ("scalar.json", b"[1, 2, 3]"),
        ("fixed.txt", "张三    320402\n李四    320404\n".encode()),
        ("header.csv", "姓名,年龄\n".encode()),
        ("numbers.csv", b"1,2,3\n4,5,6\n"),
        ("lost.csv", "姓名,年龄\n".encode("gb18030") + b"\xff\xff,1\n"),
        ("mojibake.csv", "锟斤拷,年龄\n张三,1\n".encode()),
    ],
)
def test_a_sample_that_says_nothing_is_refused_with_the_reason(name: str, data: bytes, tmp_path: Path) -> None:
    with pytest.raises(SampleUnusable) as error:
        drafted(tmp_path, name, data)
    assert error.value.path.name == name
    assert error.value.why and error.value.action


@pytest.mark.usefixtures("same_words")
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode())))
def test_whatever_the_bytes_there_is_a_draft_or_a_named_refusal(data: bytes, tmp_path: Path) -> None:
    try:
        draft = drafted(tmp_path, "样例_202509.csv", data)
    except SampleUnusable:
        return
    assert yaml.safe_load(draft.text)["columns"]


@pytest.mark.usefixtures("same_words")
@given(
    st.lists(
        st.lists(st.text(max_size=12), min_size=2, max_size=5),
        min_size=2,
        max_size=12,
    )
)
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_cells_the_draft_is_yaml_that_holds_the_headers_as_written(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    text = pl.DataFrame({str(i): [row[i] if i < len(row) else "" for row in rows] for i in range(5)})
    try:
        draft = drafted(tmp_path, "样例_202509.csv", text.write_csv(include_header=False).encode("utf-8", "replace"))
    except SampleUnusable:
        return
    data = yaml.safe_load(draft.text)
    assert [terms["headers"] for terms in data["columns"].values()] == [c.terms["headers"] for c in draft.columns]


def test_a_written_draft_is_refused_by_name_and_line_until_it_is_filled_in(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = tmp_path / "地块_202509.xlsx"
    sample.write_bytes(xlsx(TITLED))
    assert cli.main(["contracts", "new", str(sample)]) == 0
    assert "待填__待填" in capsys.readouterr().out
    assert not (folder / "datasets" / "agriculture__plots.yml").exists()

    assert cli.main(["contracts", "new", str(sample), "--write"]) == 1
    assert "--dataset" in capsys.readouterr().err
    new = ["contracts", "new", str(sample), "--dataset", "agriculture__plots", "--write"]
    assert cli.main(new) == 0
    assert cli.main(new) == 1  # never over a contract that is there
    capsys.readouterr()

    assert load_contracts(folder).drafts == ("agriculture__plots",)
    assert cli.main(["contracts", "check"]) == 2
    said = capsys.readouterr().err
    lines = (folder / "datasets" / "agriculture__plots.yml").read_text(encoding="utf-8").splitlines()
    basis = next(number for number, line in enumerate(lines, 1) if "legal_basis" in line)
    assert f"agriculture__plots.yml:{basis}: catalogue.legal_basis: is still to be filled in" in said
    assert "columns.yml:" in said and "is_high_standard.meaning" in said


def test_a_dataset_id_that_is_none_is_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = tmp_path / "地块_202509.csv"
    sample.write_text(csv_text(), encoding="utf-8")
    for wrong in ("../x__y", "Plots", "agriculture", "agriculture__"):
        assert cli.main(["contracts", "new", str(sample), "--dataset", wrong, "--write"]) == 1
    assert "agriculture__" in capsys.readouterr().err
