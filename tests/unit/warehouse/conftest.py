"""The smallest warehouse that can be published: finished builds without dbt, and a store in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citylake.errors import ObjectMissing
from citylake.lake import StoredObject
from citylake.settings import SHANGHAI, Settings
from citylake.warehouse.tables import REQUIRED

RESIDENT_ID = "320402199001011239"  # made up; the check digit is right
MOBILE = "13800138000"
_TYPES = {"indicator_no": "bigint", "line_number": "bigint", "value": "double", "before_value": "double"}
_TYPES |= {"after_value": "double", "published_at": "timestamp", "received_at": "timestamp", "finished_at": "timestamp"}
_TYPES |= {"rows_in_file": "bigint", "rows_accepted": "bigint", "rows_rejected": "bigint", "revision_no": "bigint"}
_TYPES |= {"is_late": "boolean"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", s3_endpoint="none", s3_access_key="none", s3_secret_key="none")


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> MemoryLake:
    store = MemoryLake()
    for name in ("build", "publish", "versions"):  # the package exports functions under the names of these modules
        monkeypatch.setattr(import_module(f"citylake.warehouse.{name}"), "Lake", lambda settings: store)
    return store


@pytest.fixture
def finished_build() -> Callable[..., Path]:
    """Makes a build that dbt has passed; see `_finished_build` for what can be broken in it."""
    return _finished_build


class MemoryLake:
    """The part of Lake that the warehouse uses, in memory; counts the downloads."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.downloads: list[str] = []

    def put(self, bucket: str, key: str, data: bytes, metadata: dict[str, str] | None = None) -> None:
        self.objects[bucket, key] = data

    def put_file(self, bucket: str, key: str, path: Path, metadata: dict[str, str] | None = None) -> None:
        self.put(bucket, key, path.read_bytes())

    def get(self, bucket: str, key: str) -> bytes:
        return self.objects[bucket, key]

    def list(self, bucket: str, prefix: str = "") -> Iterator[StoredObject]:
        for (where, key), data in sorted(self.objects.items()):
            if where == bucket and key.startswith(prefix):
                etag = hashlib.sha256(data).hexdigest()
                yield StoredObject(bucket, key, len(data), etag, datetime(2025, 10, 1, tzinfo=UTC))

    def download(self, bucket: str, key: str, path: Path, sha256: str | None = None) -> None:
        if (bucket, key) not in self.objects:
            raise ObjectMissing(bucket, key)
        self.downloads.append(key)
        path.write_bytes(self.objects[bucket, key])

    def remove(self, bucket: str, key: str) -> None:
        del self.objects[bucket, key]


def _finished_build(
    settings: Settings,
    day: date,
    build_id: str,
    value: float = 50.0,
    *,
    test_status: str = "pass",
    without: str = "",
    previous: str | None = None,
    prepared_after: int = 0,
    extra_sql: str = "",
) -> Path:
    """A build that dbt has passed: every table of INTERFACE.md with a row or two, one test, one model."""
    folder = settings.warehouse_dir / "builds" / build_id
    folder.mkdir(parents=True)
    prepared_at = datetime(2025, 10, 1, 1, 30, tzinfo=SHANGHAI) + timedelta(seconds=prepared_after)
    with duckdb.connect(str(folder / "citylake.duckdb")) as connection:
        connection.begin()
        connection.execute("create schema lake; create table lake.run as select 'secret' as person_key")
        for table, columns in REQUIRED.items():
            if table != without:
                _create(connection, table, columns.split() or ["series_name"])
        _fill(connection, value)
        connection.execute(extra_sql)
        connection.commit()
    state = {"build_id": build_id, "business_date": day.isoformat(), "inputs_sha256": f"inputs of {build_id}"}
    _write(folder / "build.json", state | {"prepared_at": prepared_at.isoformat(), "is_built": True})
    _write(folder / "lock.json", {"build_id": build_id, "previous_build_id": previous, "deliveries": []})
    _write(folder / "run_results.json", {"test.citylake.one": _record(test_status)})
    _write(folder / "models.json", {"models": _models(), "tests": [["test.citylake.one", "one"]]})
    return folder


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    schema = table.split(".")[0]
    listed = ", ".join(f"{column} {_TYPES.get(column, 'varchar')}" for column in columns)
    connection.execute(f"create schema if not exists {schema}; create table {table} ({listed})")
    connection.execute(f"comment on table {table} is '表 / table'")
    for column in columns:
        connection.execute(f"comment on column {table}.{column} is '字段 / column'")


def _fill(connection: duckdb.DuckDBPyConnection, value: float) -> None:
    connection.execute(
        f"""
        alter table base.dim_persons add column resident_id varchar;
        alter table base.dim_persons add column person_name varchar;
        alter table base.dim_persons add column current_resident_id varchar;
        alter table base.dim_persons add column person_name_dataset_id varchar;
        insert into base.dim_persons by name
            select 'P1' as person_id, '{RESIDENT_ID}' as resident_id, '张三' as person_name,
                'a__b' as person_name_dataset_id;
        insert into kpi.dim_indicators by name select 20 as indicator_no, '电子社保卡应用开通率' as indicator_name_zh;
        insert into kpi.fct_indicator_values by name
            select 20 as indicator_no, '320400' as region_code, '2025-09' as period, {value} as value,
                'simulated' as source, 'current' as vintage, 'citylake-1' as definition_version
            union all by name
            select 20 as indicator_no, '320402' as region_code, '2025-09' as period, 40.0 as value,
                'simulated' as source, 'current' as vintage, 'citylake-1' as definition_version;
        insert into quality.fct_deliveries by name
            select 'd1' as delivery_id, 'human_resources__social_security_cards' as dataset_id, 'accepted' as status,
                '社会保障卡持卡信息_2025-09.csv' as file_name, '2025-09' as business_period, 10 as rows_in_file;
        insert into quality.fct_deliveries by name
            select 'd2' as delivery_id, 'human_resources__social_security_cards' as dataset_id, 'held' as status,
                'x.csv' as file_name, '2025-08' as business_period, 99 as rows_in_file;
        insert into quality.fct_outcomes by name
            select 'd2' as delivery_id, 'check' as step, 'held' as status, 'delivery.over_threshold' as reason_code,
                '姓名_{RESIDENT_ID} 电话{MOBILE}，{RESIDENT_ID}' as message, timestamp '2025-10-01' as finished_at;
        insert into quality.fct_quarantined_rows by name
            select 'd1' as delivery_id, 'human_resources__social_security_cards' as dataset_id,
                'resident_id' as column_name, '{RESIDENT_ID}' as raw_value, '张三,{RESIDENT_ID}' as raw_row,
                'resident_id.check_digit' as reason_code, 7 as line_number;
        insert into quality.fct_attribute_conflicts by name
            select 'person' as entity_type, 'sex' as attribute, '男' as winner_value, '女' as loser_value
            union all by name
            select 'legal_entity' as entity_type, 'entity_name' as attribute,
                '甲机械公司' as winner_value, '乙机械公司' as loser_value
            union all by name
            select 'legal_entity' as entity_type, 'entity_name' as attribute,
                '孙莲' as winner_value, '孙连' as loser_value;
        create schema marts;
        create table marts.fct_social_security_cards as
            select 'C1' as certificate_id, 'P1' as person_id, '320402' as region_code, 'd1' as delivery_id,
                12208::bigint as line_number
            union all
            select 'C2', 'P2', '320411', 'd1', 9::bigint;
        insert into base.fct_entity_links by name
            select 'person' as entity_type, 'P1' as entity_id, 'd1' as delivery_id, 12208 as line_number,
                'resident_id' as match_rule, '持卡' as sheet_name;
        """
    )


def _models() -> dict[str, Any]:
    return {
        "model.citylake.indicator_20_electronic_card_activation": {
            "name": "indicator_20_electronic_card_activation",
            "schema": "kpi",
            "table": "indicator_20_electronic_card_activation",
            "path": "models/kpi/indicators/indicator_20_electronic_card_activation.sql",
            "description": "One row per region and month.",
            "compiled_sql": "select 20 as indicator_no",
            "depends_on": ["model.citylake.fct_social_security_cards"],
        },
        "model.citylake.fct_social_security_cards": {
            "name": "fct_social_security_cards",
            "schema": "marts",
            "table": "fct_social_security_cards",
            "path": "models/marts/human_resources/fct_social_security_cards.sql",
            "description": "One row per card.",
            "compiled_sql": "select * from lake.cards",
            "depends_on": ["source.citylake.lake.human_resources__social_security_cards", "source.citylake.lake.run"],
        },
    }


def _record(status: str) -> dict[str, Any]:
    return {
        "unique_id": "test.citylake.one",
        "name": "one",
        "kind": "test",
        "status": status,
        "failures": 0 if status == "pass" else 3,
        "message": "" if status == "pass" else "Got 3 results, configured to fail if != 0",
        "path": "models/kpi/_kpi.yml",
        "seconds": 0.1,
    }


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
