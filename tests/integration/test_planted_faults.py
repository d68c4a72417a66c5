"""Faults of form over a simulated city: each file and row that breaks a rule is caught, and nothing sound is accused.

Landing, staging and the ledger alone: what only matching can tell, `citylake accuracy` measures over a whole night.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from citylake import accuracy, landing, simulator, staging, warehouse
from citylake.settings import Settings

pytestmark = pytest.mark.store
UNTIL = date(2025, 9, 30)
LEDGER = ("fct_deliveries", "fct_outcomes", "fct_quarantined_rows", "fct_delivery_calendar")
# Some of each form; those with a daily file suffer most.
DATASETS = [
    "public_security__resident_register", "market_supervision__enterprises", "big_data__sharing_interfaces",
    "culture_tourism__scenic_spot_visitors", "human_resources__electronic_card_issuance",
    "big_data__resource_catalogue", "public_security__parking_lots", "market_supervision__kitchen_video_access",
    "districts__park_operations", "big_data__certificate_types", "natural_resources__parcels",
    "medical_insurance__insured_persons", "emergency__hazardous_chemical_enterprises",
]  # fmt: skip


@pytest.fixture(scope="module")
def measured(module_store: Settings, tmp_path_factory: pytest.TempPathFactory) -> accuracy.Accuracy:
    folder = tmp_path_factory.mktemp("planted")
    simulator.simulate(folder / "city", people=1_200, months=2, seed=5, until=UNTIL, faults="all", datasets=DATASETS)
    landing.deliver(module_store, [folder / "city" / "inbox"], keep_times=True)
    landing.land(module_store, None)
    staging.stage(module_store, None)
    build = warehouse.prepare(UNTIL, module_store)
    warehouse.run_dbt(build, " ".join(f"+{table}" for table in LEDGER), module_store)
    published = Settings(home=folder / "published")
    _publish(build.database, published)
    return accuracy.measure(folder / "city", published)


def _publish(database: Path, settings: Settings) -> None:
    """The ledger as a version, with no record linked to anything."""
    versions = settings.warehouse_dir / "versions"
    versions.mkdir(parents=True)
    shutil.copyfile(database, versions / "citylake-b.operator.duckdb")
    told = {"build_id": "b", "business_date": f"{UNTIL}", "inputs_sha256": "", "previous_build_id": None,
            "prepared_at": "2025-10-01T00:00:00", "published_at": "2025-10-01T00:00:00", "rows": {}, "sha256": {},
            "size_bytes": 0, "warnings": [], "analyst_file": "", "operator_file": ""}  # fmt: skip
    for path in (versions / "citylake-b.json", settings.warehouse_dir / "current.json"):
        path.write_text(json.dumps(told), encoding="utf-8")
    with duckdb.connect(str(versions / "citylake-b.operator.duckdb")) as connection:
        connection.execute("create schema if not exists base")
        connection.execute(
            "create or replace table base.fct_entity_links (entity_type text, entity_id text, dataset_id text,"
            " delivery_id text, file_name text, sheet_name text, line_number bigint, role text, match_rule text)"
        )


def test_every_file_that_must_be_kept_out_is_and_for_its_reason(measured: accuracy.Accuracy) -> None:
    of_files = [one for one in measured.kinds if one.expected in ("refused", "held", "duplicate", "superseded")]
    assert len(of_files) > 30
    assert {one.kind: (one.caught, one.other_reason) for one in of_files if one.missed or one.other_reason} == {}


def test_every_late_and_missing_delivery_is_told(measured: accuracy.Accuracy) -> None:
    told = {one.kind: one.missed for one in measured.kinds if one.expected in ("late", "overdue")}
    assert told == {"late_delivery": 0, "missing_delivery": 0}


def test_every_row_that_must_come_back_does_and_for_its_reason(measured: accuracy.Accuracy) -> None:
    of_rows = [one for one in measured.kinds if one.expected in ("rejected", "left_out")]
    assert len(of_rows) > 10
    assert {one.kind: (one.missed, one.other_reason) for one in of_rows if one.missed or one.other_reason} == {}


def test_no_sound_row_and_no_sound_file_is_accused(measured: accuracy.Accuracy) -> None:
    accused = {one.subject: one.part for one in measured.figures if one.measure == "accused"}
    assert accused == {"clean rows": 0, "sound files": 0}, measured.examples
