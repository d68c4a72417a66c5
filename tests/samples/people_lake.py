"""Person records as schema `lake` of a build, night after night, with dbt over the population base alone: no store."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from citylake.contracts import load_contracts
from citylake.settings import Settings
from citylake.warehouse import dbt_runner
from citylake.warehouse.dataset_views import dataset_columns
from citylake.warehouse.lake_schema import (
    ACTIVE_DELIVERIES,
    CONFLICT_DECISIONS,
    CONTRACTS,
    DELIVERIES,
    MATCH_DECISIONS,
)
from citylake.warehouse.tables import create_table
from citylake.warehouse.tables import name as quoted
from samples.people_records import LATE, TRUTH

_WANTED = (
    "int_persons_links",
    "int_persons_conflicts",
    "int_persons_id_changes",
    "int_persons_attribute_history",
    "int_persons_reviews",
    "dim_persons",
    "dim_households",
    "int_person_known_exceptions",
)
# Models and seeds alone: the tests of contracts have no say over rows made here.
MODELS = " ".join(f"+{model},resource_type:{kind}" for model in _WANTED for kind in ("model", "seed"))
FIRST = date(2025, 9, 1)
BUILT = date(2025, 9, 30)


@dataclass(frozen=True)
class Sent:
    """One delivery: its rows as staging typed them, its day, and its place in the order of arrival."""

    delivery_id: str
    dataset: str
    rows: pl.DataFrame
    day: int = 0


@dataclass
class PeopleLake:
    """A folder of builds. `night` builds on the last one, or from nothing."""

    settings: Settings
    decisions: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    last: tuple[Path, dict[str, Sent], list[tuple[str, str]]] | None = None

    def night(self, sent: list[Sent], *, from_nothing: bool = False) -> Path:
        """Builds what is active tonight; returns the build's database."""
        database = self.prepare(sent, from_nothing=from_nothing)
        self.run(database)
        return database

    def run(self, database: Path, select: str = MODELS) -> None:
        """dbt over a prepared build."""
        dbt_runner.run_dbt(self.settings, database.parent.name, database.parent, select)

    def prepare(self, sent: list[Sent], *, from_nothing: bool = False) -> Path:
        """A build with schema `lake` alone, or beside the tables of the last one."""
        self.count += 1
        folder = self.settings.warehouse_dir / "builds" / f"night{self.count}"
        folder.mkdir(parents=True)
        database = folder / dbt_runner.DATABASE
        before: dict[str, Sent] = {}
        decided: list[tuple[str, str]] = []
        if self.last is not None and not from_nothing:
            shutil.copy(self.last[0], database)
            before, decided = self.last[1], self.last[2]
        active = {one.delivery_id: one for one in sent}
        changed = [(one, "added") for one in active if one not in before]
        changed += [(one, "removed") for one in before if one not in active]
        with duckdb.connect(str(database)) as connection:
            connection.execute("drop schema if exists lake cascade; create schema lake")
            self._write(connection, sent, changed, sorted(set(decided) ^ set(self.decisions)))
        self.last = (database, active, list(self.decisions))
        return database

    def _write(
        self,
        connection: duckdb.DuckDBPyConnection,
        sent: list[Sent],
        changed: list[tuple[str, str]],
        decided: list[tuple[str, str]],
    ) -> None:
        contracts = load_contracts(self.settings.contracts)
        for contract in contracts.active:
            columns = dataset_columns(contract)
            listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
            connection.execute(f"create table lake.{quoted(contract.dataset)} ({listed})")
        deliveries = []
        for one in sent:
            day = FIRST + timedelta(days=one.day)
            moment = datetime.fromisoformat(f"{day}T08:00:00")
            rows = one.rows.select(column for column in one.rows.columns if not column.startswith("_"))
            rows = rows.with_columns(
                pl.lit(one.delivery_id).alias("delivery_id"),
                pl.int_range(2, pl.len() + 2).alias("line_number"),
            )
            if "updated_at" in contracts.datasets[one.dataset].columns and "updated_at" not in rows.columns:
                rows = rows.with_columns(pl.lit(moment).alias("updated_at"))
            connection.register("incoming", rows.to_arrow())
            connection.execute(f"insert into lake.{quoted(one.dataset)} by name select * from incoming")
            connection.unregister("incoming")
            deliveries.append(
                {"delivery_id": one.delivery_id, "dataset_id": one.dataset, "business_period": str(day)}
                | {"period_start": day, "period_end": day, "revision_no": 1, "file_name": f"{one.delivery_id}.csv"}
                | {"received_at": moment + timedelta(hours=9), "status": "accepted", "delivery_kind": "increment"}
            )
        for table, columns in _FILLED_HERE.items():
            create_table(connection, table, columns, [])
        connection.register("incoming", pl.DataFrame(deliveries).to_arrow())
        connection.execute("insert into lake.deliveries by name select * from incoming")
        connection.execute(
            "insert into lake.active_deliveries by name select delivery_id, dataset_id from lake.deliveries"
        )
        connection.execute(
            "insert into lake.contracts (dataset_id, department_zh)"
            " select distinct dataset_id, dataset_id from lake.deliveries"
        )
        decisions = [(review_id, decision, BUILT, "甲", "") for review_id, decision in self.decisions]
        create_table(connection, "match_decisions", MATCH_DECISIONS, decisions)
        create_table(connection, "changed_deliveries", {"delivery_id": "varchar", "change": "varchar"}, changed)
        create_table(connection, "changed_decisions", {"review_id": "varchar"}, [(one,) for one, _ in decided])
        create_table(connection, "run", _RUN, [(BUILT, "b", "key")])


_FILLED_HERE = {
    "deliveries": DELIVERIES,
    "active_deliveries": ACTIVE_DELIVERIES,
    "contracts": CONTRACTS,
    "conflict_decisions": CONFLICT_DECISIONS,
}
_RUN = {"business_date": "date", "build_id": "varchar", "person_key": "varchar"}


def truth_of(sent: list[Sent]) -> pl.DataFrame:
    """delivery_id, line_number, role, person (the true one): one row a person that a delivered row names."""
    found = []
    for one in sent:
        for column in one.rows.columns:
            if column.startswith(TRUTH):
                role = column.removeprefix(TRUTH).removeprefix("__") or "self"
                rows = one.rows.select(
                    pl.lit(one.delivery_id).alias("delivery_id"),
                    pl.int_range(2, pl.len() + 2).alias("line_number"),
                    pl.lit(role).alias("role"),
                    pl.col(column).cast(pl.Int64).alias("person"),
                )
                found.append(rows)
    return pl.concat(found)


def pairwise(both: pl.DataFrame) -> tuple[float, float]:
    """Precision and recall over all pairs of records that are together, from columns person and entity_id."""

    def pairs(*columns: str) -> int:
        sizes = both.group_by(columns).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    right = pairs("person", "entity_id")
    return right / pairs("entity_id"), right / pairs("person")


def whole_city(datasets: dict[str, pl.DataFrame]) -> list[Sent]:
    """One delivery a dataset, and one more of rows that were sent again later."""
    sent = []
    for dataset, rows in datasets.items():
        late = rows.filter(LATE) if LATE in rows.columns else rows.clear()
        sent.append(Sent(f"{dataset}-1", dataset, rows.filter(~pl.col(LATE)) if LATE in rows.columns else rows))
        if late.height:
            sent.append(Sent(f"{dataset}-2", dataset, late, day=10))
    return sent
