"""What must hold of a finished build before anyone may read it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from citylake.warehouse import dbt_runner
from citylake.warehouse.build import Build
from citylake.warehouse.errors import AuditFailed
from citylake.warehouse.tables import REQUIRED, Table, published_tables
from citylake.warehouse.versions import Version

# A table that shrank below this share of its earlier rows, or grew beyond this multiple, is worth a look.
_SHRUNK = 0.6
_GROWN = 4.0


@dataclass(frozen=True)
class Audit:
    """The result of a passed audit. `rows`: rows per table; `warnings`: what a person should look at."""

    tables: list[Table]
    rows: dict[str, int]
    warnings: list[str]


def audit(build: Build, previous: Version | None) -> Audit:
    """Checks tests, tables and row counts of a build. Raises AuditFailed with every problem found."""
    records = build.results.values()
    problems = [str(node) for node in dbt_runner.failed_nodes(records)]
    if unrun := dbt_runner.missing_tests(build.folder):
        problems.append(f"{len(unrun)} 项测试未运行 tests not run: {', '.join(unrun[:3])}")
    if not any(record["kind"] in ("test", "unit_test") for record in records):
        problems.append("没有运行任何测试 no test was run")
    with duckdb.connect(str(build.database), read_only=True) as connection:
        tables = published_tables(connection)
        problems += _missing(tables)
        rows = {table.name: _count(connection, table) for table in tables}
    if problems:
        raise AuditFailed(build.build_id, problems)
    warnings = [f"{record['name']}: {record['message']}" for record in records if record["status"] == "warn"]
    return Audit(
        tables, rows, warnings + _uncommented(tables) + (_changed_much(rows, previous.rows) if previous else [])
    )


def _missing(tables: list[Table]) -> list[str]:
    known = {table.name: set(table.columns) for table in tables}
    found = []
    for name, columns in REQUIRED.items():
        if name not in known:
            found.append(f"缺少表 table missing: {name}")
        elif absent := [column for column in columns.split() if column not in known[name]]:
            found.append(f"{name} 缺少字段 columns missing: {', '.join(absent)}")
    return found


def _uncommented(tables: list[Table]) -> list[str]:
    bare = [table.name for table in tables if not table.comment]
    bare += [f"{table.name}.{name}" for table in tables for name, comment in table.comments.items() if not comment]
    return [f"{len(bare)} 个表或字段没有注释 without a comment: {', '.join(bare[:5])}"] if bare else []


def _changed_much(rows: dict[str, int], before: dict[str, int]) -> list[str]:
    found = []
    for name, earlier in before.items():
        count = rows.get(name)
        if count is None:
            found.append(f"{name} 不再存在 is gone ({earlier} 行)")
        elif count < _SHRUNK * earlier or (earlier > 0 and count > _GROWN * earlier):
            found.append(f"{name} 行数 {earlier} -> {count}")
    return found


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    found = connection.execute(f"select count(*) from {table.quoted}").fetchone()
    return int(found[0]) if found else 0
