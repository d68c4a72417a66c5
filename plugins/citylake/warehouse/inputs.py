"""Writes schema `lake` into a fresh build database: all that dbt may read.

Rows of deliveries are views over local Parquet files (see mirror.py), everything else small tables. Nothing of this
schema is ever published: it holds the secret behind the keyed ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

import duckdb

from citylake.contracts import Contract, Contracts
from citylake.contracts.calendar import expected_deliveries
from citylake.warehouse.lake_schema import (
    CONTRACT_COLUMNS,
    CONTRACTS,
    DELIVERIES,
    EXPECTED,
    ORIGIN_COLUMNS,
    OUTCOMES,
    PREVIOUS_RESTATEMENTS,
    PREVIOUS_VALUES,
    QUARANTINE_CELLS,
    QUARANTINE_FILES,
    QUARANTINED_ROWS,
    SQL_TYPES,
)
from citylake.warehouse.ledger import Delivery


@dataclass(frozen=True)
class Previous:
    """The version that readers see before this build: what restatements are measured against."""

    build_id: str
    operator_file: Path


def write_inputs(
    database: Path,
    contracts: Contracts,
    deliveries: Sequence[Delivery],
    business_date: date,
    build_id: str,
    person_key: str,
    previous: Previous | None,
) -> None:
    """Creates schema `lake` in a database file that does not exist yet. Raises duckdb.Error."""
    with duckdb.connect(str(database)) as connection:
        if previous is not None:
            connection.execute(f"attach {_text(str(previous.operator_file))} as previous (read_only)")
        connection.begin()  # one commit, not one per table
        connection.execute("create schema lake")
        for contract in contracts.active:
            _create_dataset(
                connection, contract, [d for d in deliveries if d.dataset_id == contract.dataset and d.is_active]
            )
        _create_ledger(connection, deliveries)
        _create_contracts(connection, contracts, business_date)
        _create_previous(connection, previous)
        run = {"business_date": "date", "build_id": "varchar", "person_key": "varchar"}
        _create_table(connection, "run", run, [(business_date, build_id, person_key)])
        connection.commit()


def _create_ledger(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    rows = [tuple(getattr(delivery, name) for name in DELIVERIES) for delivery in deliveries]
    _create_table(connection, "deliveries", DELIVERIES, rows)
    _create_table(
        connection, "outcomes", OUTCOMES, [astuple(step) for delivery in deliveries for step in delivery.steps]
    )
    _create_quarantine(connection, deliveries)


def _create_quarantine(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    """Rejected cells with the delivery they belong to. Lines that are no records (titles, footers) lie beside them."""
    files = [
        (str(path), one.delivery_id, one.dataset_id, one.file_name, one.contract_version)
        for one in deliveries
        for path in one.quarantine
    ]
    _create_table(connection, "quarantine_files", QUARANTINE_FILES, files)
    rows = _select_files(QUARANTINE_CELLS | {"kind": "varchar", "filename": "varchar"}, [Path(row[0]) for row in files])
    columns = ", ".join(QUARANTINED_ROWS)
    connection.execute(
        f"create view lake.quarantined_rows as select {columns} from ({rows}) "
        f"inner join lake.quarantine_files using (filename) where kind is distinct from 'not_record'"
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
    _create_table(connection, "expected_deliveries", EXPECTED, expected)
    _create_table(connection, "contracts", CONTRACTS, [_contract_row(contract) for contract in contracts.active])
    columns = [
        (contract.dataset, column.name, column.zh, column.type, column.level, column.meaning, column.required)
        for contract in contracts.active
        for column in contract.columns.values()
    ]
    _create_table(connection, "contract_columns", CONTRACT_COLUMNS, columns)


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


def _create_dataset(connection: duckdb.DuckDBPyConnection, contract: Contract, active: Sequence[Delivery]) -> None:
    """One view per dataset. A row that a correction names is taken from the newest correction alone."""
    columns = {name: SQL_TYPES[column.type] for name, column in contract.columns.items()} | ORIGIN_COLUMNS
    body = _select_files(columns, [path for delivery in active for path in delivery.parts])
    if any(delivery.delivery_kind == "correction" for delivery in active):
        ranks = ", ".join(
            f"({_text(d.delivery_id)}, {_text(d.business_period or '')}, {d.revision_no})" for d in active
        )
        keys = ", ".join(f'"{name}"' for name in contract.key)
        body = f"""
            select {", ".join(f'"{name}"' for name in columns)}
            from ({body})
            inner join (values {ranks}) as revisions (delivery_id, business_period, revision_no) using (delivery_id)
            qualify dense_rank() over (partition by business_period, {keys} order by revision_no desc) = 1"""
    connection.execute(f'create view lake."{contract.dataset}" as {body}')


def _select_files(columns: dict[str, str], files: Iterable[Path]) -> str:
    """A select over Parquet files with exactly these columns and types, whatever older files lack or have too many."""
    listed = ", ".join(_text(str(path)) for path in files)
    empty = "select " + ", ".join(f'null::{kind} as "{name}"' for name, kind in columns.items()) + " where false"
    if not listed:
        return empty
    typed = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in columns.items())
    rows = f"select * from read_parquet([{listed}], union_by_name = true, filename = true)"
    return f"select {typed} from ({empty} union all by name {rows})"


def _create_previous(connection: duckdb.DuckDBPyConnection, previous: Previous | None) -> None:
    """Values and restatements of the version before, each an empty table where there is none."""
    _create_table(connection, "previous_indicator_values", PREVIOUS_VALUES, [])
    _create_table(connection, "previous_restatements", PREVIOUS_RESTATEMENTS, [])
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


def _create_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: Sequence[Sequence[object]]
) -> None:
    """A small table filled in one statement: one list parameter per column, unnested together."""
    connection.execute(
        f"create table lake.{name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
    )
    if rows:
        lists = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        connection.execute(
            f"insert into lake.{name} select {lists}", [list(values) for values in zip(*rows, strict=True)]
        )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
