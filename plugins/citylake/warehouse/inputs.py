"""Writes schema `lake` into a fresh build database: all that dbt may read.

Rows of deliveries are views over local Parquet files (see mirror.py), everything else small tables. Nothing of this
schema is ever published: it holds the secret behind the keyed ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from citylake.contracts import Contract, Contracts
from citylake.contracts.calendar import expected_deliveries
from citylake.decisions import Decision
from citylake.warehouse.dataset_views import create_dataset, select_files
from citylake.warehouse.increment import Start, create_changes, open_earlier
from citylake.warehouse.lake_schema import (
    CONFLICT_DECISIONS,
    CONTRACT_COLUMNS,
    CONTRACTS,
    DECISIONS,
    DELIVERIES,
    EXPECTED,
    HEADERS,
    ISSUES,
    MANUAL_CORRECTIONS,
    MATCH_DECISIONS,
    OUTCOMES,
    PREVIOUS_RESTATEMENTS,
    PREVIOUS_VALUES,
    QUARANTINE_CELLS,
    QUARANTINE_FILES,
    QUARANTINED_ROWS,
    SETTLED_FILES,
    SETTLED_ROWS,
    VOLUME_CHECKS,
)
from citylake.warehouse.ledger import Ledger
from citylake.warehouse.manual_corrections import ManualCorrection, apply_corrections
from citylake.warehouse.outcomes import Delivery, wall_time
from citylake.warehouse.tables import create_table, text


@dataclass(frozen=True)
class Previous:
    """The version that readers see before this build: what restatements are measured against."""

    build_id: str
    operator_file: Path


def write_inputs(
    database: Path,
    contracts: Contracts,
    ledger: Ledger,
    business_date: date,
    build_id: str,
    person_key: str,
    previous: Previous | None,
    corrections: Sequence[ManualCorrection] = (),
    start: Start | None = None,
) -> None:
    """Creates schema `lake` in a database file that does not exist yet, or afresh in the copy of the build `start`.

    Raises duckdb.Error.
    """
    with duckdb.connect(str(database)) as connection:
        open_earlier(connection, start)
        if previous is not None:
            connection.execute(f"attach {text(str(previous.operator_file))} as previous (read_only)")
        connection.begin()  # one commit, not one per table
        connection.execute("create schema lake")
        active = [one for one in ledger.deliveries if one.is_active]
        for contract in contracts.active:
            create_dataset(connection, contract, [one for one in active if one.dataset_id == contract.dataset])
        applied = apply_corrections(connection, contracts, active, corrections)
        create_table(connection, "manual_corrections", MANUAL_CORRECTIONS, applied)
        _create_ledger(connection, ledger.deliveries)
        issues = [tuple(_issue_fact(issue, name) for name in ISSUES) for issue in ledger.issues]
        create_table(connection, "issues", ISSUES, issues)
        _create_match_decisions(connection, ledger.match_decisions.values())
        _create_conflict_decisions(connection, ledger.conflict_decisions.values())
        _create_contracts(connection, contracts, business_date)
        _create_previous(connection, previous)
        run = {"business_date": "date", "build_id": "varchar", "person_key": "varchar"}
        create_table(connection, "run", run, [(business_date, build_id, person_key)])
        create_changes(connection, ledger.deliveries, start)
        connection.commit()


def _create_ledger(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    rows = [tuple(getattr(delivery, name) for name in DELIVERIES) for delivery in deliveries]
    create_table(connection, "deliveries", DELIVERIES, rows)
    create_table(
        connection, "outcomes", OUTCOMES, [astuple(step) for delivery in deliveries for step in delivery.steps]
    )
    decided = [astuple(one) for delivery in deliveries for one in delivery.decisions]
    create_table(connection, "decisions", DECISIONS, decided)
    headers = [
        (one.delivery_id, *(header.get(name) for name in ("sheet", "position", "header", "column")))
        for one in deliveries
        for header in one.headers
    ]
    create_table(connection, "delivery_headers", HEADERS, headers)
    checked = ("check", "subject", "value", "usual", "low", "high", "is_held")
    checks = [(one.delivery_id, *(check.get(name) for name in checked)) for one in deliveries for check in one.volume]
    create_table(connection, "volume_checks", VOLUME_CHECKS, checks)
    _create_quarantine(connection, deliveries)


def _create_match_decisions(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Decision]) -> None:
    """What stands of each doubtful match that a steward decided."""
    rows = [(one.number, one.verdict, one.decided_at, one.decided_by, one.reason) for one in decisions]
    create_table(connection, "match_decisions", MATCH_DECISIONS, rows)


def _create_conflict_decisions(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Decision]) -> None:
    """Whose value a steward wants to stand: the conflict as it was, the dataset, and what it said then."""
    about = ("entity_type", "entity_id", "attribute", "dataset_id", "value", "compared_value")
    rows = [
        (one.number, one.decision_id, *map(one.about.get, about), one.decided_at, one.decided_by, one.reason)
        for one in decisions
    ]
    create_table(connection, "conflict_decisions", CONFLICT_DECISIONS, rows)


def _issue_fact(issue: Mapping[str, Any], name: str) -> object:
    return wall_time(issue.get(name)) if name.endswith("_at") else issue.get(name)


def _create_quarantine(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    """Rejected cells with the delivery they belong to. Lines that are no records (titles, footers) lie beside them."""
    files = [
        (str(path), one.delivery_id, one.dataset_id, one.file_name, one.contract_version, is_before_replay)
        for one in deliveries
        for is_before_replay, paths in ((False, one.quarantine), (True, one.earlier_quarantine))
        for path in paths
    ]
    create_table(connection, "quarantine_files", QUARANTINE_FILES, files)
    rows = select_files(QUARANTINE_CELLS | {"kind": "varchar", "filename": "varchar"}, [Path(row[0]) for row in files])
    columns = ", ".join(QUARANTINED_ROWS)
    connection.execute(
        f"create view lake.quarantined_rows as select {columns} from ({rows}) "
        f"inner join lake.quarantine_files using (filename) where kind is distinct from 'not_record'"
    )
    answers = [(str(path), one.delivery_id) for one in deliveries for path in one.settled]
    create_table(connection, "settled_files", SETTLED_FILES, answers)
    settled = select_files(SETTLED_ROWS | {"filename": "varchar"}, [Path(path) for path, _ in answers])
    connection.execute(
        f"create view lake.settled_rows as select answer_delivery_id, {', '.join(SETTLED_ROWS)} from ({settled}) "
        "inner join lake.settled_files using (filename)"
    )


def _create_contracts(connection: duckdb.DuckDBPyConnection, contracts: Contracts, business_date: date) -> None:
    expected = [
        (
            e.dataset_id,
            e.department_id,
            e.department_zh,
            e.business_period,
            e.period_start,
            e.period_end,
            e.due_at.replace(tzinfo=None),
        )
        for e in expected_deliveries(contracts, business_date)
    ]
    create_table(connection, "expected_deliveries", EXPECTED, expected)
    create_table(connection, "contracts", CONTRACTS, [_contract_row(contract) for contract in contracts.active])
    columns = [
        (contract.dataset, column.name, column.zh, column.type, column.level, column.meaning, column.required)
        for contract in contracts.active
        for column in contract.columns.values()
    ]
    create_table(connection, "contract_columns", CONTRACT_COLUMNS, columns)


def _contract_row(contract: Contract) -> tuple[object, ...]:
    return (
        contract.dataset,
        contract.department_id,
        contract.owner.department,
        contract.title.zh,
        contract.title.en,
        contract.each_row_is_a,
        contract.catalogue.code,
        contract.catalogue.share,
        contract.catalogue.open,
        contract.catalogue.level,
        contract.delivery.cycle,
        contract.delivery.mode,
        contract.version,
    )


def _create_previous(connection: duckdb.DuckDBPyConnection, previous: Previous | None) -> None:
    """Values and restatements of the version before, each an empty table where there is none."""
    create_table(connection, "previous_indicator_values", PREVIOUS_VALUES, [])
    create_table(connection, "previous_restatements", PREVIOUS_RESTATEMENTS, [])
    if previous is None:
        return
    columns = [name for name in PREVIOUS_VALUES if name != "build_id"]
    connection.execute(
        f"insert into lake.previous_indicator_values by name "
        f"select {', '.join(columns)}, ? as build_id from previous.kpi.fct_indicator_values",
        [previous.build_id],
    )
    connection.execute(
        f"insert into lake.previous_restatements by name "
        f"select {', '.join(PREVIOUS_RESTATEMENTS)} from previous.kpi.fct_restatements"
    )
