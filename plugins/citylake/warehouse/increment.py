"""A build that goes on from the last one: what it starts from, and what is new since.

A build made by the same code from an earlier or equal business date is copied, schema `lake` is written afresh beside
two tables of differences, and dbt's incremental models do the rest. The result is that of a build from nothing: the
tests hold every incremental model to it, and after a number of such nights a build starts from nothing again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from citylake.contracts.revisions import BESIDE
from citylake.warehouse.lake_schema import ACTIVE_DELIVERIES
from citylake.warehouse.outcomes import Delivery
from citylake.warehouse.tables import create_table, text

# Deleted rows leave holes in the file; a build from nothing closes them, and would show a difference.
MOST_IN_A_ROW = 30
# What must be the same for the tables of an earlier build to be worth anything.
_SAME = ("code", "packages", "contracts", "person_key")
_EARLIER = "earlier"


@dataclass(frozen=True)
class Start:
    """The build that another one goes on from. `in_a_row`: how many builds before it did so since one from nothing."""

    build_id: str
    database: Path
    in_a_row: int


def may_start_from(earlier: dict[str, Any], lock: dict[str, Any], in_a_row: int) -> bool:
    """Whether a build with lock `lock` may go on from one with lock `earlier`."""
    is_forward = date.fromisoformat(earlier["business_date"]) <= date.fromisoformat(lock["business_date"])
    return is_forward and in_a_row < MOST_IN_A_ROW and all(earlier.get(one) == lock.get(one) for one in _SAME)


def key_digest(person_key: str) -> str:
    """Tells that the key behind the keyed ids is the same one, and nothing of the key (which has 256 random bits)."""
    return hashlib.sha256(f"citylake person key {person_key}".encode()).hexdigest()[:16]


def open_earlier(connection: duckdb.DuckDBPyConnection, start: Start | None) -> None:
    """Shows the earlier build beside the copy of it, whose schema `lake` is dropped."""
    if start is not None:
        connection.execute(f"attach {text(str(start.database))} as {_EARLIER} (read_only)")
        connection.execute("drop schema lake cascade")


def create_changes(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery], start: Start | None) -> None:
    """Creates `lake.active_deliveries`, and against the earlier build `lake.changed_deliveries` and
    `lake.changed_decisions`.

    A delivery with another content is `removed` and `added`. A correction changes which rows of its period count, so
    with it all deliveries of the period are changed. Without an earlier build everything is added.
    """
    active = [
        (one.delivery_id, one.dataset_id, one.business_period, one.delivery_kind in BESIDE, one.content)
        for one in deliveries
        if one.is_active
    ]
    create_table(connection, "active_deliveries", ACTIVE_DELIVERIES, active)
    nothing = "select * from lake.active_deliveries where false"
    earlier = f"select * from {_EARLIER}.lake.active_deliveries" if start else nothing
    connection.execute(f"""
        create table lake.changed_deliveries as
        with earlier as ({earlier}),
        new as (select * from lake.active_deliveries),
        differing as ((from earlier except from new) union all (from new except from earlier)),
        periods as (select distinct dataset_id, business_period from differing where is_beside),
        changed as (
            select delivery_id from differing
            union
            select delivery_id from (from earlier union all from new) inner join periods
            using (dataset_id, business_period)
        )
        select delivery_id, 'removed' as change from earlier inner join changed using (delivery_id)
        union all
        select delivery_id, 'added' as change from new inner join changed using (delivery_id)
        order by all""")
    decisions = "select review_id, decision from {}.match_decisions"
    before = decisions.format(f"{_EARLIER}.lake") if start else decisions.format("lake") + " where false"
    after = decisions.format("lake")
    connection.execute(f"""
        create table lake.changed_decisions as
        select distinct review_id
        from (({before} except {after}) union all ({after} except {before}))
        order by review_id""")
