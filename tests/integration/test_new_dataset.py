"""A colleague adds a dataset of a new department: from a sample export to rows in the warehouse, without any Python."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from airflow.dag_processing.dagbag import DagBag

from citylake import cli, warehouse
from citylake.contracts import load_contracts
from citylake.contracts.calendar import expected_deliveries
from citylake.settings import PACKAGE, PROJECT, Settings, get_settings

pytestmark = pytest.mark.store

DATASET = "agriculture__planting_subsidies"
SHEET = [
    ["种植补贴发放登记表"],
    ["填报单位: 市农业农村局"],
    ["补贴编号", "补贴对象", "", "补贴", "", "发放日期", "发放情形"],
    ["", "经营主体", "统一社会信用代码", "面积(亩)", "核拨款项(万元)", "", ""],
    ["BT2025001", "常州甲农场", "91350100M000100Y43", "15", "1.2", "2025-09-03", "已发放"],
    ["BT2025002", "常州乙农场", "91350100M000100Y43", "30", "2.4", "2025-09-04", "已发放"],
    ["BT2025003", "常州丙农场", "不详", "4.5", "0.36", "2025-09-05", "退回"],
    ["合计", "", "", "49.5", "3.96"],
    ["制表人: 张三"],
]
# What a colleague types over the marks, in the contract and in the column dictionary.
FILLED_IN = {
    f"{DATASET}.yml": {
        "en: 待填 English name": "en: Planting subsidies paid",
        "each_row_is_a: 待填 what one row is": "each_row_is_a: subsidy paid to one farm",
        "safety_officer: 待填 数据安全责任人": "safety_officer: 数据安全责任人",
        "code: 待填 目录代码": "code: 3-20-001/0001",
        'share: "待填 无条件共享、有条件共享或不予共享"': "share: 有条件共享",
        'open: "待填 可开放、有条件开放或不开放"': "open: 不开放",
        "legal_basis: 待填 依据": "legal_basis: 政务信息资源共享管理暂行办法",
        'mode: "待填 full、increment 或 event"': "mode: full",
        "status: planned": "status: active",
        "# 填完所有“待填”并核对后, 将 status 改为 active。\n": "",
        "  # 待填 英文列名, 以 _cny 结尾": "",
        "  # 待填 英文列名": "",
    },
    "columns.yml": {'"待填 what it means, in English"': "as the department says"},
}
NAMES = {
    "new_column_01": "subsidy_no",
    "new_column_05": "subsidy_cny",
    "new_column_06": "paid_date",
    "new_column_07": "payment_state",
}


@pytest.fixture
def city(store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A city with contracts and a dbt project of its own, and the real store."""
    shutil.copytree(PACKAGE / "contracts", tmp_path / "contracts", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(PROJECT / "dbt_project", tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setenv("CITYLAKE_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.setenv("CITYLAKE_DBT_PROJECT", str(tmp_path / "dbt_project"))
    get_settings.cache_clear()
    load_contracts.cache_clear()
    yield get_settings()
    get_settings.cache_clear()
    load_contracts.cache_clear()


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "种植补贴发放_202509.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("发放明细")
        for number, row in enumerate(SHEET):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell)
        book.add_worksheet("填报说明").write_string(0, 0, "每月 8 日前报送")
    return path


def fill_in(contracts: Path) -> None:
    """Edits the two YAML files as a text editor would."""
    for name, words in FILLED_IN.items():
        path = next(contracts.rglob(name))
        text = path.read_text(encoding="utf-8")
        for old, new in (words | NAMES).items():
            assert old in text or old in NAMES, old
            text = text.replace(old, new)
        assert "待填" not in text
        path.write_text(text, encoding="utf-8")
    load_contracts.cache_clear()


def test_a_sample_becomes_a_dataset_without_python(
    city: Settings, sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["contracts", "new", str(sample), "--dataset", DATASET, "--write"]) == 0
    assert cli.main(["contracts", "check"]) == 2
    assert f"{DATASET}.yml" in capsys.readouterr().err

    fill_in(city.contracts)
    assert cli.main(["contracts", "check"]) == 2
    assert "citylake contracts sync" in capsys.readouterr().err
    assert cli.main(["contracts", "sync"]) == 0
    assert cli.main(["contracts", "check"]) == 0
    assert (city.dbt_project / "models" / "staging" / f"stg_{DATASET}.sql").is_file()

    for command in (["deliver", str(sample)], ["land", "--date", "2025-09-30"], ["stage", "--date", "2025-09-30"]):
        assert cli.main(command) == 0
    build = warehouse.prepare(date(2025, 9, 30), city)
    warehouse.run_dbt(build, f"source:lake.{DATASET} stg_{DATASET}", settings=city)
    with duckdb.connect(build.folder / "citylake.duckdb", read_only=True) as connection:
        rows = connection.execute(
            f"select subsidy_no, uscc, area_m2, subsidy_cny, paid_date, line_number from lake.{DATASET} order by 1"
        ).fetchall()
    assert rows == [
        ("BT2025001", "91350100M000100Y43", 10000.0, 12000.0, date(2025, 9, 3), 5),
        ("BT2025002", "91350100M000100Y43", 20000.0, 24000.0, date(2025, 9, 4), 6),
        ("BT2025003", None, 3000.0, 3600.0, date(2025, 9, 5), 7),
    ]

    # Terms that change after a delivery need another version; comments do not.
    contract = city.contracts / "datasets" / f"{DATASET}.yml"
    text = contract.read_text(encoding="utf-8") + "# checked\n"
    for old, new, code in (("5000", "5000", 0), ("5000", "50", 2), ("version: 1", "version: 2", 0)):
        text = text.replace(old, new)
        contract.write_text(text, encoding="utf-8")
        load_contracts.cache_clear()
        capsys.readouterr()
        assert cli.main(["contracts", "check", "--lake"]) == code
    line = text.split("reject:")[0].count("\n") + 1
    text = text.replace("version: 2", "version: 1")
    contract.write_text(text, encoding="utf-8")
    load_contracts.cache_clear()
    assert cli.main(["contracts", "check", "--lake"]) == 2
    assert f"{DATASET}.yml:{line}: reject.rows_at_most: differs from version 1" in capsys.readouterr().err

    # The calendar, the dictionary and the department's DAG know it as well.
    due = [
        one.due_at.isoformat()
        for one in expected_deliveries(load_contracts(city.contracts), date(2025, 9, 30))
        if one.dataset_id == DATASET
    ]
    assert due == ["2025-10-15T18:00:00+08:00"]  # six working days after the golden week
    capsys.readouterr()
    assert cli.main(["contracts", "list", "--json"]) == 0
    assert DATASET in [one["dataset"] for one in json.loads(capsys.readouterr().out)]
    assert cli.main(["contracts", "show", DATASET]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("市农业农村局", "核拨款项(万元)", "按万元报送", "6 个工作日", "主键"))
    bag = DagBag(str(PROJECT / "dags" / "departments.py"), bundle_path=PROJECT / "dags", bundle_name="dags-folder")
    assert bag.import_errors == {}
    assert "landing_staging__agriculture" in bag.dags
