"""The warehouse against a real object store and a real dbt: build, publish, read, be killed, go on.

The dbt project here is a small one of its own: every table that users hold on to, and one value that counts cards.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citylake import warehouse
from citylake.lake import Lake
from citylake.settings import PROJECT, Settings
from citylake.warehouse.errors import AuditFailed, DbtFailed
from citylake.warehouse.tables import REQUIRED

pytestmark = pytest.mark.store
DAY, NEXT = date(2025, 9, 29), date(2025, 9, 30)
CARDS = "human_resources__electronic_card_issuance"
VALUE = "select value from kpi.fct_indicator_values"


@pytest.fixture
def city(store: Settings, tmp_path: Path) -> Settings:
    """Settings of an empty home with the real store and the small dbt project."""
    project = tmp_path / "dbt"
    write = _writer(project)
    write("dbt_project.yml", "name: small\nprofile: small\nversion: '1.0.0'\nmodels: {+materialized: table}\n")
    write(
        "profiles.yml",
        "small: {target: build, outputs: {build: {type: duckdb, path: \"{{ env_var('CITYLAKE_BUILD_DB') }}\"}}}\n",
    )
    write("macros/names.sql", "{% macro generate_schema_name(name, node) %}{{ name }}{% endmacro %}")
    source = f"sources: [{{name: lake, schema: lake, tables: [{{name: {CARDS}}}]}}]\n"
    test = "{name: value, data_tests: [{not_null: {name: every_value}}]}"
    test = f"models: [{{name: fct_indicator_values, columns: [{test}]}}]\n"
    write("models/schema.yml", source + test)
    for table, columns in REQUIRED.items():
        schema, name = table.split(".")
        listed = ", ".join(f"null::varchar as {column}" for column in columns.split() or ["series_name"])
        write(
            f"models/{name}.sql", f"{{{{ config(schema='{schema}', tags=['{schema}']) }}}} select {listed} where false"
        )
    count = f"(select count(*) from {{{{ source('lake', '{CARDS}') }}}})"
    rest = "'320400' as region_code, '2025-09' as period, null::double as numerator, null::double as denominator"
    rest += ", '%' as unit, 'simulated' as source, 'current' as vintage, 'v1' as definition_version"
    rest += ", 1 as expected_deliveries, 1 as present_deliveries"
    rest += ", 0 as rejected_share, false as is_held_back, null as held_reason"
    value = f"nullif({count}, 13)::double"
    write(
        "models/fct_indicator_values.sql",
        f"{{{{ config(schema='kpi', tags=['kpi']) }}}} select 20 as indicator_no, {rest}, {value} as value",
    )
    write("models/cards.sql", f"{{{{ config(schema='marts', tags=['marts']) }}}} select {count} as cards")
    return store.model_copy(update={"dbt_project": project})


def _writer(folder: Path) -> Callable[[str, str], None]:
    def write(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


def deliver(settings: Settings, day: date, cards: int) -> None:
    """Leaves in the store what landing and staging leave there for one accepted delivery."""
    lake, delivery_id = Lake(settings), f"d{day:%Y%m%d}"
    manifest = {"delivery_id": delivery_id, "dataset_id": CARDS, "business_period": day.isoformat(), "status": "landed"}
    manifest |= {"file_name": "f.jsonl", "file_sha256": "0" * 64, "size_bytes": 1, "delivery_kind": "event"}
    part = f"{CARDS}/{delivery_id}/part-0000.parquet"
    outcome = {
        "delivery_id": delivery_id,
        "status": "accepted",
        "parts": [part],
        "quarantine": [],
        "rows_accepted": cards,
    }
    rows = io.BytesIO()
    pl.DataFrame({"issue_id": [str(n) for n in range(cards)], "delivery_id": [delivery_id] * cards}).write_parquet(rows)
    lake.put("staging", part, rows.getvalue())
    lake.put("staging", f"{CARDS}/{delivery_id}/outcome.json", json.dumps(outcome).encode())
    lake.put("landing", f"d/{CARDS}/p/{delivery_id}/manifest.json", json.dumps(manifest).encode())


def read(settings: Settings, sql: str = VALUE) -> object:
    with duckdb.connect(str(warehouse.current_file("analyst", settings)), read_only=True) as connection:
        return (connection.execute(sql).fetchone() or (None,))[0]


def night(settings: Settings, day: date) -> str:
    warehouse.build(day, settings)
    return warehouse.publish(day, settings).status


def test_a_night_publishes_what_was_delivered_and_the_next_one_only_what_is_new(city: Settings) -> None:
    deliver(city, DAY, 3)
    assert night(city, DAY) == "published"
    assert read(city) == 3.0
    assert warehouse.build(DAY, city).status == "nothing_new"
    deliver(city, NEXT, 4)
    assert night(city, NEXT) == "published"
    assert read(city) == 7.0
    first, second = warehouse.versions(city)
    assert second.previous_build_id == first.build_id
    changes = warehouse.diff(first.build_id, second.build_id, city).values
    assert [(one.before, one.after) for one in changes] == [(3.0, 7.0)]
    warehouse.rollback(first.build_id, city)
    assert read(city) == 3.0
    stored = json.loads(Lake(city).get("warehouse", "current.json"))
    assert stored["build_id"] == first.build_id


def test_the_same_lock_gives_the_same_tables(city: Settings) -> None:
    deliver(city, DAY, 3)
    builds = []
    for _ in range(2):
        summary = warehouse.build(DAY, city, force=True)
        with duckdb.connect(str(warehouse.find_build(DAY, city).database), read_only=True) as connection:
            hashes = connection.execute(
                "select md5(string_agg(t::varchar, '|')) from kpi.fct_indicator_values t"
            ).fetchone()
        builds.append((summary.build_id, hashes))
    assert builds[0] == builds[1]


def test_a_night_goes_on_from_the_last_one_and_ends_as_from_nothing(city: Settings) -> None:
    write = _writer(city.dbt_project)
    sources = "sources: [{name: changes, schema: lake, tables: [{name: changed_deliveries}]}]\n"
    write("models/changes.yml", sources)
    changed = "{{ source('changes', 'changed_deliveries') }}"
    gone = "{% if is_incremental() %}delete from {{ this }} using lake.changed_deliveries as changed"
    gone += " where {{ this }}.delivery_id = changed.delivery_id{% endif %}"
    write("macros/gone.sql", "{% macro gone() %}" + gone + "{% endmacro %}")
    config = "{{ config(schema='marts', materialized='incremental', pre_hook='{{ gone() }}') }}"
    lake_rows = f"{{{{ source('lake', '{CARDS}') }}}} as rows"
    body = f"select issue_id, delivery_id, '{{{{ run_started_at }}}}' as run from {lake_rows}"
    write("models/seen.sql", f"{config} {body} inner join {changed} using (delivery_id) where change = 'added'")
    deliver(city, DAY, 3)
    night(city, DAY)
    deliver(city, NEXT, 4)
    night(city, NEXT)
    build = warehouse.find_build(NEXT, city)
    assert build.in_a_row == 1

    def seen() -> tuple[object, list[tuple[object, ...]]]:
        with duckdb.connect(str(build.database), read_only=True) as connection:
            rows = connection.execute("select issue_id, delivery_id from marts.seen order by all").fetchall()
            return connection.execute("select count(distinct run) from marts.seen").fetchall(), rows

    runs, rows = seen()
    assert runs == [(2,)]  # the rows of the first night were made in the first night
    assert len(rows) == 7
    assert warehouse.build(NEXT, city, force=True).status == "built"
    assert warehouse.find_build(NEXT, city).in_a_row == 0
    assert seen() == ([(1,)], rows)


def test_layers_can_be_run_one_by_one_and_count_as_built_when_every_test_has_run(city: Settings) -> None:
    deliver(city, DAY, 3)
    build = warehouse.prepare(DAY, city)
    for layer in ("tag:base", "tag:marts", "tag:quality"):
        assert not warehouse.run_dbt(build, layer, city).is_built
    with pytest.raises(AuditFailed):
        warehouse.publish(DAY, city)
    assert warehouse.run_dbt(build, "tag:kpi", city).is_built
    assert warehouse.publish(DAY, city).status == "published"


def test_a_failed_dbt_test_is_named_and_the_old_version_stays(city: Settings) -> None:
    deliver(city, DAY, 3)
    night(city, DAY)
    deliver(city, NEXT, 10)  # 13 in all, which the small project turns into a missing value
    with pytest.raises(DbtFailed) as raised:
        warehouse.build(NEXT, city)
    assert [(one.name, one.kind, one.status) for one in raised.value.failed] == [("every_value", "test", "fail")]
    assert raised.value.exit_code == 3
    with pytest.raises(AuditFailed):
        warehouse.publish(NEXT, city)
    assert read(city) == 3.0


def test_a_project_that_does_not_parse_is_told_in_one_line(city: Settings) -> None:
    (city.dbt_project / "models" / "cards.sql").write_text("select * from {{ ref('nowhere') }}")
    with pytest.raises(DbtFailed) as raised:
        warehouse.build(DAY, city)
    assert "nowhere" in raised.value.message
    assert "\n" not in raised.value.message


def test_readers_see_one_complete_version_at_every_moment(city: Settings) -> None:
    deliver(city, date(2025, 9, 1), 1)
    night(city, date(2025, 9, 1))
    seen: list[tuple[object, object]] = []
    errors: list[duckdb.Error] = []
    done = threading.Event()

    def reader() -> None:
        while not done.is_set():
            try:
                path = str(warehouse.current_file("analyst", city))
                with duckdb.connect(path, read_only=True) as connection:
                    value = connection.execute(VALUE).fetchone()
                    seen.append((value, connection.execute("select cards from marts.cards").fetchone()))
            except duckdb.Error as error:
                errors.append(error)

    thread = threading.Thread(target=reader)
    thread.start()
    try:
        for day in (2, 3):
            deliver(city, date(2025, 9, day), day)
            night(city, date(2025, 9, day))
    finally:
        done.set()
        thread.join()
    assert errors == []
    assert {value for value, _ in seen} >= {(1.0,), (3.0,)}
    assert all(value == cards for value, cards in seen)


def test_a_run_killed_at_any_step_leaves_the_old_version_and_the_next_run_finishes(city: Settings) -> None:
    deliver(city, DAY, 3)
    night(city, DAY)
    deliver(city, NEXT, 4)
    warehouse.build(NEXT, city)
    for step in ("commit_file", "write_version", "upload", "point_at"):
        code = (
            "import os, signal, sys; from datetime import date; from citylake import warehouse;"
            f"sys.modules['citylake.warehouse.publish'].{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
            f"warehouse.publish(date({NEXT.year}, {NEXT.month}, {NEXT.day}))"
        )
        environment = os.environ | {
            "PYTHONPATH": str(PROJECT / "plugins"),
            "CITYLAKE_DBT_PROJECT": str(city.dbt_project),
        }
        killed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL, (step, killed.stderr)
        assert read(city) == 3.0
    assert warehouse.publish(NEXT, city).status == "published"
    assert read(city) == 7.0
    folder = city.warehouse_dir / "versions"
    kept = {path.name for version in warehouse.versions(city) for path in version.files}
    assert {path.name for path in folder.iterdir() if path.suffix != ".json"} == kept
