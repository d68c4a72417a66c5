"""A city on a real store: the packaged contracts and the register of cards beside them, delivered to file by file."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from citylake import landing, staging, warehouse
from citylake.lake import Lake
from citylake.settings import PACKAGE, Settings
from samples import roster

DEPARTMENT, DATASET = "hall", "hall__roster"
Facts = dict[str, Any]
LEDGER = ("fct_deliveries", "fct_outcomes", "fct_quarantined_rows", "fct_correction_requests")


@dataclass(frozen=True)
class SmallCity:
    """Deliver, land and stage as the nights do; read manifests, outcomes and SQL as the users do."""

    settings: Settings

    @property
    def lake(self) -> Lake:
        return Lake(self.settings)

    def deliver(
        self, name: str, data: bytes, *, at: str = "2025-10-01T09:00:00+08:00", batch: str = "", **metadata: str
    ) -> None:
        """Puts a file into the department's inbox as if it had come at a moment."""
        moment = batch or f"{datetime.fromisoformat(at):%Y%m%dT%H%M%S}"
        self.lake.put("inbox", f"{DEPARTMENT}/{moment}/{name}", data, {"received-at": at} | metadata)

    def take_in(self, until: date | None = None) -> None:
        """Lands and stages what lies in the inboxes."""
        landing.land(self.settings, until)
        staging.stage(self.settings, until)

    def night(self, day: date) -> None:
        """Builds the ledger of the warehouse: deliveries, rows sent back, requests to departments."""
        build = warehouse.prepare(day, self.settings)
        warehouse.run_dbt(build, " ".join(f"+{table}" for table in LEDGER), self.settings)

    def sql(self, day: date, query: str) -> list[tuple[Any, ...]]:
        """Rows of the build of a business date."""
        path = warehouse.find_build(day, self.settings).database
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def manifests(self) -> list[Facts]:
        """Manifests of the register, oldest first."""
        return self._facts("landing", "manifest.json", DEPARTMENT)

    def outcomes(self, dataset: str = DATASET) -> list[Facts]:
        """Outcomes of one dataset ("": of all) in the order of deliveries."""
        return self._facts("staging", "outcome.json", dataset)

    def _facts(self, bucket: str, name: str, prefix: str) -> list[Facts]:
        keys = [item.key for item in self.lake.list(bucket, prefix) if item.key.endswith(f"/{name}")]
        return sorted((json.loads(self.lake.get(bucket, key)) for key in keys), key=lambda one: one["delivery_id"])


def contracts_folder(folder: Path, *datasets: Facts) -> Path:
    """A folder of contracts: the packaged ones and these (as `roster.terms` gives them)."""
    shutil.copytree(PACKAGE / "contracts", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    known = yaml.safe_load((folder / "columns.yml").read_text(encoding="utf-8"))
    added = {name: terms for name, terms in roster.columns_of_dictionary().items() if name not in known}
    with (folder / "columns.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + roster.as_yaml(added))
    for terms in datasets:
        path = folder / "datasets" / f"{terms['dataset']}.yml"
        path.write_text(roster.as_yaml(terms), encoding="utf-8")
    return folder
