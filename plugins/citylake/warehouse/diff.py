"""What differs between two published versions: schema, row counts, and indicator values by key."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from citylake.settings import Settings, get_settings
from citylake.warehouse.tables import Table, published_tables, text
from citylake.warehouse.versions import find_version

_KEY = ("indicator_no", "region_code", "period", "source", "vintage", "definition_version")
_VALUES = "kpi.fct_indicator_values"


@dataclass(frozen=True)
class ValueChange:
    """An indicator value that is new, gone (None after) or another."""

    indicator_no: int
    region_code: str | None
    period: str
    source: str
    vintage: str | None
    definition_version: str | None
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Difference:
    """What changed from version `before` to version `after`. Row counts as (before, after), only where they differ."""

    before: str
    after: str
    schema: list[str]
    rows: dict[str, tuple[int, int]]
    values: list[ValueChange]

    @property
    def is_empty(self) -> bool:
        return not (self.schema or self.rows or self.values)


def diff(before: str, after: str, settings: Settings | None = None) -> Difference:
    """Compares two kept versions by build id. Raises VersionUnknown."""
    settings = settings or get_settings()
    first, second = find_version(before, settings), find_version(after, settings)
    with duckdb.connect() as connection:
        connection.execute(f"attach {text(str(first.operator_file))} as before (read_only)")
        if first.build_id != second.build_id:
            connection.execute(f"attach {text(str(second.operator_file))} as after (read_only)")
        newer = "after" if first.build_id != second.build_id else "before"
        tables = {side: {one.name: one for one in published_tables(connection, side)} for side in ("before", newer)}
        return Difference(
            first.build_id,
            second.build_id,
            _schema_changes(tables["before"], tables[newer]),
            {
                name: (first.rows.get(name, 0), second.rows.get(name, 0))
                for name in sorted(first.rows.keys() | second.rows.keys())
                if first.rows.get(name) != second.rows.get(name)
            },
            _value_changes(connection, newer) if _VALUES in tables["before"] and _VALUES in tables[newer] else [],
        )


def _schema_changes(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    changes = [f"- {name}" for name in before if name not in after] + [
        f"+ {name}" for name in after if name not in before
    ]
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name].columns, after[name].columns
        changes += [f"- {name}.{column}" for column in old if column not in new]
        changes += [f"+ {name}.{column} {kind}" for column, kind in new.items() if column not in old]
        changes += [
            f"~ {name}.{column} {old[column]} -> {kind}"
            for column, kind in new.items()
            if old.get(column, kind) != kind
        ]
    return changes


def _value_changes(connection: duckdb.DuckDBPyConnection, newer: str) -> list[ValueChange]:
    keys = ", ".join(_KEY)
    same = " and ".join(f"b.{key} is not distinct from a.{key}" for key in _KEY)
    rows = connection.execute(
        f"""
        select {", ".join(f"coalesce(b.{key}, a.{key})" for key in _KEY)}, b.value, a.value
        from (select {keys}, value, true as is_there from before.{_VALUES}) as b
        full join (select {keys}, value, true as is_there from {newer}.{_VALUES}) as a on {same}
        where b.value is distinct from a.value or b.is_there is null or a.is_there is null
        order by all
        """
    ).fetchall()
    return [ValueChange(*row) for row in rows]
