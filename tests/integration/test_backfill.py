"""Late, early, out of order: what is published depends on what was delivered, never on the order it came in."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from citylake import landing, staging, warehouse
from citylake.contracts import load_contracts
from citylake.lake import Lake
from citylake.settings import PACKAGE, SHANGHAI, Settings
from citylake.warehouse.inputs import write_inputs
from citylake.warehouse.ledger import read_ledger
from samples import residents_file
from samples.buckets import empty_buckets
from samples.register import DATASET, Register, bad, good

pytestmark = pytest.mark.store
DAY = date(2025, 9, 30)
# When a step ran is no part of what was delivered.
_RUN_TIMES = ("started_at", "finished_at")


@pytest.fixture
def city(store: Settings, tmp_path: Path) -> Settings:
    """All contracts, the register's with volume checks, so that verdicts are compared as well."""
    contracts = tmp_path / "contracts"
    shutil.copytree(PACKAGE / "contracts", contracts, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = contracts / "datasets" / f"{DATASET}.yml"
    path.write_text(path.read_text(encoding="utf-8") + "volume: {groups: sex}\n", encoding="utf-8")
    return store.model_copy(update={"contracts": contracts})


def files(folder: Path) -> list[Path]:
    """Thirty days without two; one of them far too small, one with rejected rows that a correction brings right."""
    made = []
    for day in (one for one in range(1, 31) if one not in (8, 21)):
        numbers = range(day, day + (5 if day == 17 else 30 + day % 4))
        rows = [bad(n) if day == 11 and n == 15 else good(n, name=f"第{day}日") for n in numbers]
        made.append(_file(folder, f"户籍人口信息_202509{day:02d}.csv", day, rows))
    made.append(_file(folder, "户籍人口信息_20250911_更正.csv", 30, [good(15, name="更正")]))
    return made


def _file(folder: Path, name: str, day: int, rows: Sequence[str]) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(residents_file.text(*rows).encode("gb18030"))
    arrived = datetime(2025, 10, 1, 8, day, tzinfo=SHANGHAI).timestamp()
    os.utime(path, (arrived, arrived))
    return path


def deliver(city: Settings, batches: Sequence[Sequence[Path]]) -> None:
    for batch in batches:
        landing.deliver(city, batch, keep_times=True)
        landing.land(city)
        staging.stage(city)


def empty(city: Settings) -> None:
    empty_buckets(city)
    shutil.rmtree(city.warehouse_dir)


def published(city: Settings) -> dict[str, str]:
    """A hash of every table of a build, whatever the order of its rows. The tests of the data change no table."""
    build = warehouse.run_dbt(warehouse.prepare(DAY, city), "resource_type:seed resource_type:model", city)
    hashes = {}
    with duckdb.connect(str(build.database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in ('base', 'marts', 'kpi', 'quality')"
            " union all select schema_name, view_name from duckdb_views()"
            " where schema_name in ('base', 'marts', 'kpi', 'quality')"
        ).fetchall()
        for schema, table in tables:
            rows = f"select columns(name -> name not in {_RUN_TIMES}) from {schema}.{table}"
            sql = f"select md5(string_agg(row::varchar, '|' order by row::varchar)) from ({rows}) as row"
            hashes[f"{schema}.{table}"] = str(connection.execute(sql).fetchone())
    return hashes


def test_thirty_days_out_of_order_give_what_order_gives(city: Settings, tmp_path: Path) -> None:
    made = files(tmp_path / "files")
    deliver(city, [[path] for path in made])
    in_order = published(city)
    empty(city)
    *days, correction = made
    random.Random(20250930).shuffle(days)
    deliver(city, [days[:7], days[7:8], days[8:20], *([path] for path in days[20:]), [correction]])
    assert published(city) == in_order
    assert "quality.fct_deliveries" in in_order
    assert "base.dim_persons" in in_order


def test_an_old_period_that_is_corrected_changes_that_period_alone(city: Settings, tmp_path: Path) -> None:
    register = Register(city, tmp_path / "files")
    deliveries = {day: register.send(*(good(n) for n in range(30)), day=f"202509{day:02d}") for day in range(1, 6)}
    before = rows_by_delivery(city, tmp_path / "before.duckdb")
    fix = register.send(good(3, name="改名"), day="20250902", mark="_更正")
    after = rows_by_delivery(city, tmp_path / "after.duckdb")
    changed = {one for one in after if after[one] != before.get(one)}
    assert changed == {deliveries[2], fix}
    assert len(after[deliveries[2]]) == 29
    assert [row[1] for row in after[fix]] == ["改名"]
    again = register.send(*(good(n, name="重报") for n in range(30)), day="20250902")
    final = rows_by_delivery(city, tmp_path / "final.duckdb")
    assert set(final) == {*deliveries.values(), again} - {deliveries[2]}
    landed = register.manifests()
    assert {deliveries[2], fix, again} <= set(landed), "history stays in landing"


def rows_by_delivery(city: Settings, database: Path) -> dict[str, list[tuple[str, str]]]:
    ledger = read_ledger(Lake(city), city, DAY)
    write_inputs(database, load_contracts(city.contracts), ledger, DAY, "20250930-aaaaaaaa", "key", None)
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            f"select delivery_id, list((person_register_no, person_name) order by person_register_no) "
            f"from lake.{DATASET} group by 1"
        ).fetchall()
    return dict(found)
