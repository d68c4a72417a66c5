"""Schema `lake`: what dbt reads, typed by the contracts, whatever the files hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from citylake.contracts import load_contracts
from citylake.contracts.reasons import REASONS
from citylake.errors import ContractsInvalid
from citylake.settings import Settings
from citylake.warehouse.inputs import Previous, write_inputs
from citylake.warehouse.lake_schema import DELIVERIES
from citylake.warehouse.ledger import Delivery, Ledger
from citylake.warehouse.manual_corrections import ManualCorrection, read_manual_corrections

DAY = date(2025, 9, 30)
CARDS = "human_resources__social_security_cards"


def delivery(delivery_id: str, rows: list[dict[str, Any]], folder: Path, **facts: Any) -> Delivery:
    path = folder / f"{delivery_id}.parquet"
    frame = pl.DataFrame(rows).with_columns(delivery_id=pl.lit(delivery_id), line_number=pl.int_range(2, len(rows) + 2))
    frame.write_parquet(path)
    lists = ("steps", "quarantine", "earlier_quarantine", "decisions", "headers", "volume", "settled")
    empty = Delivery(**dict.fromkeys(Delivery.__dataclass_fields__) | dict.fromkeys(lists, ()))
    given = {"delivery_id": delivery_id, "dataset_id": CARDS, "business_period": "2025-09", "revision_no": 1}
    return replace(empty, **given | {"status": "accepted", "parts": (path,)} | facts)


@pytest.fixture
def build(settings: Settings, tmp_path: Path):
    def run(
        *deliveries: Delivery, previous: Previous | None = None, corrections: Sequence[ManualCorrection] = ()
    ) -> duckdb.DuckDBPyConnection:
        database = tmp_path / "build.duckdb"
        contracts = load_contracts(settings.contracts)
        ledger = Ledger(list(deliveries), [])
        write_inputs(database, contracts, ledger, DAY, "20250930-aaaaaaaa", "key", previous, corrections)
        return duckdb.connect(str(database), read_only=True)

    return run


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_every_dataset_is_there_with_its_types_though_nothing_was_delivered(build, settings: Settings) -> None:
    connection = build()
    contracts = load_contracts(settings.contracts)
    for contract in contracts.active:
        columns = dict(
            rows(
                connection,
                f"select column_name, data_type from duckdb_columns() where table_name = '{contract.dataset}'",
            )
        )
        assert set(columns) == {*contract.columns, "delivery_id", "sheet_name", "line_number"}
        assert rows(connection, f"select count(*) from lake.{contract.dataset}") == [(0,)]
    kinds = dict(rows(connection, f"select column_name, data_type from duckdb_columns() where table_name = '{CARDS}'"))
    assert (kinds["issued_date"], kinds["is_activated"], kinds["updated_at"]) == ("DATE", "BOOLEAN", "TIMESTAMP")


def test_columns_come_from_the_contract_whatever_an_older_file_lacks_or_has_too_many(build, tmp_path: Path) -> None:
    old = delivery("d1", [{"certificate_no": "A1", "extra": 1}], tmp_path)
    new = delivery("d2", [{"certificate_no": "A2", "bank_code": "工行"}], tmp_path)
    found = rows(build(old, new), f"select certificate_no, bank_code, status from lake.{CARDS} order by 1")
    assert found == [("A1", None, None), ("A2", "工行", None)]


def test_only_active_deliveries_give_rows(build, tmp_path: Path) -> None:
    old = delivery("d1", [{"certificate_no": "A1"}], tmp_path, status="superseded")
    new = delivery("d2", [{"certificate_no": "A2"}], tmp_path, revision_no=2)
    connection = build(old, new)
    assert rows(connection, f"select certificate_no from lake.{CARDS}") == [("A2",)]
    assert rows(connection, "select delivery_id, status from lake.deliveries") == [
        ("d1", "superseded"),
        ("d2", "accepted"),
    ]


def test_a_correction_replaces_the_rows_it_names_and_no_others(build, tmp_path: Path) -> None:
    whole = delivery(
        "d1", [{"certificate_no": "A1", "status": "lost"}, {"certificate_no": "A2", "status": "lost"}], tmp_path
    )
    august = replace(
        delivery("d0", [{"certificate_no": "A1", "status": "august"}], tmp_path), business_period="2025-08"
    )
    fix = delivery(
        "d2", [{"certificate_no": "A1", "status": "valid"}], tmp_path, revision_no=2, delivery_kind="correction"
    )
    found = rows(build(august, whole, fix), f"select certificate_no, status from lake.{CARDS} order by delivery_id")
    assert found == [("A1", "august"), ("A2", "lost"), ("A1", "valid")]


def test_a_supplement_adds_rows_beside_the_whole_delivery(build, tmp_path: Path) -> None:
    whole = delivery("d1", [{"certificate_no": "A1", "status": "lost"}], tmp_path)
    more = delivery(
        "d2", [{"certificate_no": "A2", "status": "valid"}], tmp_path, revision_no=2, delivery_kind="supplement"
    )
    found = rows(build(whole, more), f"select certificate_no, status from lake.{CARDS} order by 1")
    assert found == [("A1", "lost"), ("A2", "valid")]


def manual(number: str, **facts: Any) -> ManualCorrection:
    given = {"dataset_id": CARDS, "business_period": "2025-09", "key": "A1", "column_name": "bank_code"}
    given |= {"expected_value": "工行", "new_value": "农行", "reason": "来函更正", "decided_by": "数据管理员"}
    return ManualCorrection(correction_no=number, **given | {"decided_on": DAY} | facts)


def test_a_manual_correction_applies_where_exactly_the_expected_value_stands(build, tmp_path: Path) -> None:
    one = delivery(
        "d1",
        [{"certificate_no": "A1", "bank_code": "工行"}, {"certificate_no": "A2", "bank_code": "工行"}],
        tmp_path,
    )
    other = delivery("d2", [{"certificate_no": "A1", "bank_code": "工行"}], tmp_path, business_period="2025-08")
    connection = build(one, other, corrections=[manual("M1")])
    found = rows(connection, f"select delivery_id, certificate_no, bank_code from lake.{CARDS} order by 1, 2")
    assert found == [("d1", "A1", "农行"), ("d1", "A2", "工行"), ("d2", "A1", "工行")]
    assert rows(connection, "select correction_no, status, reason_code from lake.manual_corrections") == [
        ("M1", "applied", None)
    ]


@pytest.mark.parametrize(
    ("facts", "reason", "found_value"),
    [
        ({"expected_value": "建行"}, "manual.value_differs", "工行"),
        ({"key": "A9"}, "manual.row_missing", None),
        ({"key": "A1|x"}, "manual.key_malformed", None),
        ({"key": "A3"}, "manual.row_not_unique", None),
        ({"column_name": "no_such"}, "manual.column_unknown", None),
        ({"dataset_id": "a__b"}, "manual.dataset_unknown", None),
        ({"column_name": "issued_date", "new_value": "昨天"}, "manual.value_not_of_type", None),
        ({"business_period": "2025-08"}, "manual.row_missing", None),
    ],
)
def test_a_manual_correction_that_does_not_apply_says_why_and_changes_nothing(
    build, tmp_path: Path, facts: dict[str, Any], reason: str, found_value: str | None
) -> None:
    cells = [{"certificate_no": number, "bank_code": "工行"} for number in ("A1", "A3", "A3")]
    connection = build(delivery("d1", cells, tmp_path), corrections=[manual("M1", **facts)])
    told = rows(connection, "select status, reason_code, found_value from lake.manual_corrections")
    assert told == [("not_applied", reason, found_value)]
    assert rows(connection, f"select distinct bank_code from lake.{CARDS}") == [("工行",)]
    assert reason in REASONS


def test_every_bad_line_of_the_manual_corrections_is_named(tmp_path: Path) -> None:
    header = "correction_no,dataset_id,business_period,key,column_name,expected_value,new_value,reason,decided_by,"
    lines = [header + "decided_on", "M1,a__b,2025-09,A1,x,,新,来函,甲,2025-09-30", "M1,,2025-09,A1,x,,,来函,甲,昨天"]
    (tmp_path / "manual_corrections.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ContractsInvalid) as raised:
        read_manual_corrections(tmp_path)
    assert {(one.line, one.key) for one in raised.value.problems} == {
        (2, "correction_no"),
        (3, "correction_no"),
        (3, "dataset_id"),
        (3, "decided_on"),
    }
    assert read_manual_corrections(tmp_path / "nowhere") == []


def test_rejected_cells_carry_their_delivery_and_lines_that_are_no_records_stay_out(build, tmp_path: Path) -> None:
    path = tmp_path / "rejects.parquet"
    cells = {
        "line_number": [7, 9],
        "reason_code": ["resident_id.checksum", "row.total"],
        "kind": ["row_rejected", "not_record"],
    }
    pl.DataFrame(cells).write_parquet(path)
    one = delivery(
        "d1", [{"certificate_no": "A1"}], tmp_path, quarantine=(path,), file_name="f.csv", contract_version=3
    )
    found = rows(
        build(one),
        "select delivery_id, dataset_id, file_name, line_number, reason_code, contract_version "
        "from lake.quarantined_rows",
    )
    assert found == [("d1", CARDS, "f.csv", 7, "resident_id.checksum", 3)]


def test_the_calendar_holds_every_period_that_had_ended_by_the_business_date(build) -> None:
    connection = build()
    late = rows(connection, "select count(*) from lake.expected_deliveries where period_end > date '2025-09-30'")
    monthly = rows(
        connection, f"select max(business_period) from lake.expected_deliveries where dataset_id = '{CARDS}'"
    )
    assert (late, monthly) == ([(0,)], [("2025-09",)])


def test_ledger_tables_are_typed_and_the_run_is_one_row(build) -> None:
    connection = build()
    columns = [
        row[0] for row in rows(connection, "select column_name from duckdb_columns() where table_name = 'deliveries'")
    ]
    assert columns == list(DELIVERIES)
    assert rows(connection, "select * from lake.run") == [(DAY, "20250930-aaaaaaaa", "key")]


def test_values_of_the_version_before_are_there_to_measure_restatements(
    build, finished_build, settings: Settings
) -> None:
    folder = finished_build(settings, DAY, "20250929-aaaaaaaa", 48.5)
    connection = build(previous=Previous("20250929-aaaaaaaa", folder / "citylake.duckdb"))
    found = rows(connection, "select value, build_id from lake.previous_indicator_values where region_code = '320400'")
    assert found == [(48.5, "20250929-aaaaaaaa")]
    assert rows(connection, "select count(*) from lake.previous_restatements") == [(0,)]
