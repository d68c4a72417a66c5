"""Each bad input ends in a message that names file, line, column and next action; the good files go on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from citylake import landing, staging
from citylake.contracts.reasons import REASONS
from citylake.lake import Lake
from citylake.settings import Settings
from samples import residents_file

pytestmark = pytest.mark.store
NAME = "户籍人口信息_20250930.csv"
GOOD = residents_file.text(*(residents_file.row(n) for n in range(5)))
Facts = dict[str, Any]


def outcomes(settings: Settings) -> list[Facts]:
    lake = Lake(settings)
    return [json.loads(lake.get("staging", o.key)) for o in lake.list("staging") if o.key.endswith("outcome.json")]


def manifests(settings: Settings) -> list[Facts]:
    lake = Lake(settings)
    return [json.loads(lake.get("landing", o.key)) for o in lake.list("landing") if o.key.endswith("manifest.json")]


def night(settings: Settings, folder: Path, files: dict[str, bytes]) -> None:
    """Delivers the files beside one good file of another department, lands and stages them."""
    for name, data in files.items():
        path = folder / "public_security" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    other = folder / "industry" / "企业上云登记信息_202509.csv"
    other.parent.mkdir(parents=True, exist_ok=True)
    header = (
        "统一社会信用代码,企业名称,云服务商,上云类型,首次上云日期,最近使用月份,行业代码,区划代码,填报单位,状态,更新时间"
    )
    other.write_bytes(
        f"{header}\n91320400MA1EX8MHK0,常州某公司,电信云,IaaS,2021-01-01,2025-09,3911,320402,天宁区,在用,2025-09-01\n".encode(
            "gb18030"
        )
    )
    landing.deliver(settings, [folder])
    landing.land(settings)
    staging.stage(settings)
    assert [o["status"] for o in outcomes(settings) if o["dataset_id"].startswith("industry")] == ["accepted"]


REFUSED: list[tuple[str, Callable[[], bytes], str, int | None]] = [
    ("truncated in the middle of a field", lambda: GOOD.encode("gb18030")[:-30], "file.truncated", 6),
    ("UTF-8 instead of GB18030", lambda: GOOD.encode(), "file.encoding", 1),
    (
        "one bad byte",
        lambda: GOOD.encode("gb18030").replace("王".encode("gb18030"), b"\xff\xff", 1),
        "file.encoding",
        2,
    ),
    ("a renamed column", lambda: GOOD.replace("公民身份号码", "身份证号").encode("gb18030"), "file.column_missing", 1),
    ("no header", lambda: GOOD.split("\n", 1)[1].encode("gb18030"), "file.header_missing", 1),
    ("an empty file", lambda: b"", "file.empty", None),
    ("an unclosed quote", lambda: GOOD.replace("常州市", '"常州市', 1).encode("gb18030"), "file.quote_unclosed", 2),
]


@pytest.mark.parametrize(("what", "data", "rule", "line"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_file_that_cannot_be_taken_is_refused_whole_by_name_and_line(
    store: Settings, tmp_path: Path, what: str, data: Callable[[], bytes], rule: str, line: int | None
) -> None:
    night(store, tmp_path, {NAME: data()})

    outcome = next(o for o in outcomes(store) if o["dataset_id"] == "public_security__resident_register")
    assert (outcome["status"], outcome["reason_code"], outcome["parts"]) == ("refused", rule, [])
    assert outcome["facts"]["file"] == NAME
    assert outcome["facts"].get("line") == line
    assert NAME in outcome["message"]
    assert "下一步" in outcome["message"]
    assert rule in REASONS
    landed = Lake(store).get("landing", manifests(store)[-1]["landing_key"])
    assert landed == data(), "the bytes as delivered stay in landing"


def test_a_header_and_nothing_else_waits_for_the_steward_in_a_dataset_that_may_be_empty(
    store: Settings, tmp_path: Path
) -> None:
    night(store, tmp_path, {NAME: (residents_file.HEADER + "\n").encode("gb18030")})
    outcome = next(o for o in outcomes(store) if o["dataset_id"] == "public_security__resident_register")
    assert (outcome["status"], outcome["reason_code"], outcome["rows_accepted"]) == ("held", "file.no_records", 0)


def test_two_stray_quotes_a_thousand_rows_apart_lose_no_rows_silently(store: Settings, tmp_path: Path) -> None:
    rows = [residents_file.row(n) for n in range(1_200)]
    rows[50] = rows[50].replace("常州市", '"常州市')
    rows[1_050] = rows[1_050].replace("天宁区", '天宁区"')
    night(store, tmp_path, {NAME: residents_file.text(*rows).encode("gb18030")})
    outcome = next(o for o in outcomes(store) if o["dataset_id"] == "public_security__resident_register")
    assert (outcome["status"], outcome["reason_code"]) == ("refused", "file.quote_unclosed")
    assert outcome["facts"]["line"] == 52


@pytest.mark.parametrize(
    ("name", "rule"),
    [("不认识的数据集_20250930.csv", "file.unknown_dataset"), ("子目录/户籍人口信息_20250930.csv", "file.unsafe_name")],
)
def test_an_unknown_or_unsafe_file_goes_whole_to_quarantine(store: Settings, name: str, rule: str) -> None:
    Lake(store).put("inbox", f"public_security/{name}", b"bytes of the department")
    landing.land(store)

    (manifest,) = manifests(store)
    assert (manifest["status"], manifest["reason_code"]) == ("refused", rule)
    assert name in manifest["message"]
    assert "下一步" in manifest["message"]
    assert Lake(store).get("quarantine", manifest["quarantine_key"]) == b"bytes of the department"
    assert not list(Lake(store).list("inbox"))


def test_the_same_file_twice_is_recorded_once_more_and_not_processed(store: Settings, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(GOOD.encode("gb18030"))
    for _ in range(2):
        landing.deliver(store, [path])
        landing.land(store)
    staging.stage(store)
    assert sorted(m["status"] for m in manifests(store)) == ["duplicate", "landed"]
    assert len(outcomes(store)) == 1


def test_a_corrected_file_for_an_old_period_becomes_its_next_revision(store: Settings, tmp_path: Path) -> None:
    path = tmp_path / "户籍人口信息_202507.csv"
    for rows in (5, 6):
        path.write_bytes(residents_file.text(*(residents_file.row(n) for n in range(rows))).encode("gb18030"))
        landing.deliver(store, [path])
        landing.land(store)
    staging.stage(store)
    assert sorted(m["revision_no"] for m in manifests(store)) == [1, 2]
    assert {m["business_period"] for m in manifests(store)} == {"2025-07"}
    assert sorted(o["rows_accepted"] for o in outcomes(store)) == [5, 6]


def test_a_damaged_workbook_is_refused_and_stops_no_one(store: Settings, tmp_path: Path) -> None:
    path = tmp_path / "public_security" / "信号灯控路口台账_202509.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"PK\x03\x04 not a workbook")
    landing.deliver(store, [path])
    landing.land(store)
    staging.stage(store)
    (outcome,) = outcomes(store)
    assert outcome["reason_code"] == "file.unreadable"
    assert path.name in outcome["message"]


def test_over_the_threshold_nothing_of_a_delivery_is_published(store: Settings, tmp_path: Path) -> None:
    rows = [residents_file.row(n, resident_id="1" if n % 4 == 0 else residents_file.GOOD_ID) for n in range(40)]
    night(store, tmp_path, {NAME: residents_file.text(*rows).encode("gb18030")})
    outcome = next(o for o in outcomes(store) if o["dataset_id"] == "public_security__resident_register")
    assert (outcome["status"], outcome["reason_code"]) == ("held", "delivery.over_threshold")
    assert (outcome["rows_accepted"], outcome["rows_rejected"]) == (30, 10)
    rejected = pl.read_parquet(Lake(store).get("quarantine", outcome["quarantine"][0])).filter(kind="row_rejected")
    assert rejected["line_number"].to_list() == [n + 2 for n in range(0, 40, 4)]
    assert set(rejected["column_name"]) == {"resident_id"}
