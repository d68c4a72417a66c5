"""One view per dataset over the Parquet files of its active deliveries, with exactly the contract's columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from citylake.contracts import Contract
from citylake.contracts.revisions import BESIDE
from citylake.warehouse.lake_schema import ORIGIN_COLUMNS, SQL_TYPES
from citylake.warehouse.outcomes import Delivery
from citylake.warehouse.tables import name, text


def dataset_columns(contract: Contract) -> dict[str, str]:
    """Column -> SQL type of a dataset's view."""
    return {column.name: SQL_TYPES[column.type] for column in contract.columns.values()} | ORIGIN_COLUMNS


def create_dataset(connection: duckdb.DuckDBPyConnection, contract: Contract, active: Sequence[Delivery]) -> None:
    """Creates `lake.<dataset>`. A row that a correction names is taken from the newest correction alone."""
    columns = dataset_columns(contract)
    body = select_files(columns, [path for delivery in active for path in delivery.parts])
    beside = [one for one in active if one.delivery_kind in BESIDE and one.parts]
    if beside:
        body = _with_corrections(contract, columns, body, active, beside)
    connection.execute(f"create view lake.{name(contract.dataset)} as {body}")


def _with_corrections(
    contract: Contract, columns: dict[str, str], body: str, active: Sequence[Delivery], beside: Sequence[Delivery]
) -> str:
    """Leaves out rows whose key stands in a newer correction of the same period; other periods are not touched."""
    touched = {one.business_period for one in beside}
    revisions = ", ".join(
        f"({text(one.delivery_id)}, {text(one.business_period or '')}, {one.revision_no})"
        for one in active
        if one.business_period in touched
    )
    corrections = select_files(columns, [path for one in beside for path in one.parts])
    keys = ", ".join(name(key) for key in contract.key)
    same = " and ".join(f"rows.{name(key)} is not distinct from corrected.{name(key)}" for key in contract.key)
    return f"""
        with rows as ({body}),
        revisions (delivery_id, business_period, revision_no) as (values {revisions}),
        corrected as (
            select business_period, {keys}, max(revision_no) as corrected_by
            from ({corrections}) inner join revisions using (delivery_id)
            group by all
        )
        select {", ".join(f"rows.{name(column)}" for column in columns)}
        from rows
        left join revisions on rows.delivery_id = revisions.delivery_id
        left join corrected on revisions.business_period = corrected.business_period and {same}
        where corrected.corrected_by is null or revisions.revision_no >= corrected.corrected_by"""


def select_files(columns: dict[str, str], files: Iterable[Path]) -> str:
    """A select over Parquet files with exactly these columns and types, whatever older files lack or have too many."""
    listed = ", ".join(text(str(path)) for path in files)
    empty = (
        "select " + ", ".join(f"null::{kind} as {name(column)}" for column, kind in columns.items()) + " where false"
    )
    if not listed:
        return empty
    typed = ", ".join(f"{name(column)}::{kind} as {name(column)}" for column, kind in columns.items())
    rows = f"select * from read_parquet([{listed}], union_by_name = true, filename = true)"
    return f"select {typed} from ({empty} union all by name {rows})"
