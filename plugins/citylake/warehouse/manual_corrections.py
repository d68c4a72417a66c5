"""Corrections that the bureau itself makes, as data: `manual_corrections.csv` beside the contracts.

Each line names one cell (dataset, period, key, column), the value that is expected there and the value it becomes. It
is applied where exactly the expected value stands in exactly one row; otherwise it is not, and the report says why.
When the department sends the right value, the expected one is gone and the line has done its work.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

from citylake.contracts import Contract, Contracts
from citylake.contracts.revisions import WITHDRAWAL
from citylake.errors import ContractProblem, ContractsInvalid
from citylake.warehouse.dataset_views import dataset_columns
from citylake.warehouse.outcomes import Delivery
from citylake.warehouse.tables import name, text

FILE = "manual_corrections.csv"
KEY_SEPARATOR = "|"
APPLIED, NOT_APPLIED = "applied", "not_applied"
_MAY_BE_EMPTY = ("expected_value", "new_value")


@dataclass(frozen=True)
class ManualCorrection:
    """One line of the file. `key`: the key cells of the row, joined by `|`, as they stand in the lake."""

    correction_no: str
    dataset_id: str
    business_period: str
    key: str
    column_name: str
    expected_value: str | None
    new_value: str | None
    reason: str
    decided_by: str
    decided_on: date


def read_manual_corrections(folder: Path) -> list[ManualCorrection]:
    """The corrections of a contracts folder, none without the file. Raises ContractsInvalid with every bad line."""
    path = folder / FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{column: text or "" for column, text in row.items() if column} for row in csv.DictReader(file)]
    if problems := list(_problems(rows)):
        raise ContractsInvalid(problems)
    return [
        ManualCorrection(
            row["correction_no"],
            row["dataset_id"],
            row["business_period"],
            row["key"],
            row["column_name"],
            row["expected_value"] or None,
            row["new_value"] or None,
            row["reason"],
            row["decided_by"],
            date.fromisoformat(row["decided_on"]),
        )
        for row in rows
    ]


def _problems(rows: Sequence[dict[str, str]]) -> Iterator[ContractProblem]:
    numbers = [row.get("correction_no") for row in rows]
    for line, row in enumerate(rows, 2):
        for field in fields(ManualCorrection):
            if field.name not in row or not (row[field.name] or field.name in _MAY_BE_EMPTY):
                yield ContractProblem(FILE, line, field.name, "needs a value")
        if not _is_day(row.get("decided_on", "")):
            yield ContractProblem(FILE, line, "decided_on", "must be a day as 2025-09-30")
        if numbers.count(row.get("correction_no")) > 1:
            yield ContractProblem(FILE, line, "correction_no", "stands twice")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def apply_corrections(
    connection: duckdb.DuckDBPyConnection,
    contracts: Contracts,
    active: Sequence[Delivery],
    corrections: Sequence[ManualCorrection],
) -> list[tuple[object, ...]]:
    """Writes the dataset views anew with what applies; returns the rows of `lake.manual_corrections`."""
    told = []
    changes: dict[str, list[ManualCorrection]] = {}
    for one in sorted(corrections, key=lambda one: one.correction_no):
        periods = _period_of(one, active)
        reason, found = _why_not(connection, contracts, one, periods)
        if reason is None:
            changes.setdefault(one.dataset_id, []).append(one)
        status = APPLIED if reason is None else NOT_APPLIED
        told.append((*(getattr(one, field.name) for field in fields(one)), status, reason, found))
    for dataset, applied in changes.items():
        _rewrite(connection, contracts.datasets[dataset], applied, active)
    return told


def _period_of(one: ManualCorrection, active: Sequence[Delivery]) -> list[str]:
    """Deliveries whose rows make up the period that a correction names."""
    return [
        delivery.delivery_id
        for delivery in active
        if (delivery.dataset_id, delivery.business_period) == (one.dataset_id, one.business_period)
        and delivery.delivery_kind != WITHDRAWAL
    ]


def _why_not(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, one: ManualCorrection, deliveries: Sequence[str]
) -> tuple[str | None, str | None]:
    """The reason code why a correction does not apply (None: it does), and the value that was found."""
    contract = contracts.datasets.get(one.dataset_id)
    if contract is None or contract.status != "active":
        return "manual.dataset_unknown", None
    if one.column_name not in contract.columns:
        return "manual.column_unknown", None
    if len(one.key.split(KEY_SEPARATOR)) != len(contract.key):
        return "manual.key_malformed", None
    kind = dataset_columns(contract)[one.column_name]
    if one.new_value is not None and not _is_of_type(connection, one.new_value, kind):
        return "manual.value_not_of_type", None
    found = connection.execute(
        f"select {name(one.column_name)}::varchar from lake.{name(contract.dataset)} "
        f"where {_row(contract, one, deliveries)} limit 2"
    ).fetchall()
    if not found:
        return "manual.row_missing", None
    if len(found) > 1:
        return "manual.row_not_unique", None
    value = found[0][0]
    return (None, value) if value == one.expected_value else ("manual.value_differs", value)


def _is_of_type(connection: duckdb.DuckDBPyConnection, value: str, kind: str) -> bool:
    tried = connection.execute(f"select try_cast(? as {kind}) is not null", [value]).fetchone()
    return bool(tried and tried[0])


def _row(contract: Contract, one: ManualCorrection, deliveries: Sequence[str]) -> str:
    """The condition that picks the row of a correction."""
    parts = zip(contract.key, one.key.split(KEY_SEPARATOR), strict=True)
    listed = ", ".join(text(delivery) for delivery in deliveries) or "null"
    same = [f"{name(column)}::varchar is not distinct from {text(part)}" for column, part in parts]
    return " and ".join([f"delivery_id in ({listed})", *same])


def _rewrite(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    applied: Sequence[ManualCorrection],
    active: Sequence[Delivery],
) -> None:
    """The view of a dataset once more, with the corrected cells replaced."""
    columns = []
    for column, kind in dataset_columns(contract).items():
        cases = [
            f"when {_row(contract, one, _period_of(one, active))} then {_literal(one.new_value)}::{kind}"
            for one in applied
            if one.column_name == column
        ]
        value = f"case {' '.join(cases)} else {name(column)} end" if cases else name(column)
        columns.append(f"{value} as {name(column)}")
    view = f"lake.{name(contract.dataset)}"
    delivered = name(f"{contract.dataset}_as_delivered")
    connection.execute(f"alter view {view} rename to {delivered}")
    connection.execute(f"create view {view} as select {', '.join(columns)} from lake.{delivered}")


def _literal(value: str | None) -> str:
    return "null" if value is None else text(value)
