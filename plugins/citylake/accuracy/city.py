"""A simulated city and the version that was built from it, side by side in one read-only DuckDB connection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from citylake import warehouse
from citylake.errors import UsageError
from citylake.settings import Settings

_MEMORY = "3GB"
_COMPARED_FILES = 20


class NotASimulation(UsageError):
    """The folder holds no simulated city with its truth."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} 不是模拟城市 (缺少 SIMULATED.json 或 truth/)",
            action="用 citylake simulate --out 生成, 报送并跑完一夜之后再比对",
        )
        self.folder = folder


class AnotherCity(UsageError):
    """What is published was not built from this folder's files."""

    def __init__(self, folder: Path, file_name: str | None) -> None:
        what = f"{file_name} 的内容与已发布版本所收的不同" if file_name else "已发布版本没有收过其中任何文件"
        super().__init__(
            f"{folder}: {what}",
            action=f"核对 CITYLAKE_HOME; citylake deliver {folder / 'inbox'} --keep-times 报送后运行 citylake nightly",
        )
        self.folder = folder
        self.file_name = file_name


@dataclass(frozen=True)
class City:
    """Truth tables are views `truth_<name>`, faults the view `truth_faults`; published tables have their own names."""

    folder: Path
    version: warehouse.Version
    people: int
    seed: int
    faults: str
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.connection.execute(sql).fetchall()

    def counts(self, sql: str) -> list[int]:
        """The one row of a query of counts; an empty sum counts as 0."""
        return [int(value or 0) for value in self.connection.execute(sql).fetchall()[0]]

    def run(self, sql: str) -> None:
        self.connection.execute(sql)

    def columns(self, table: str) -> dict[str, str]:
        """Column names and DuckDB types of a table or view; empty when there is none."""
        schema, _, name = table.rpartition(".")
        found = self.connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_name = ? and (table_schema = ? or ? = '') order by ordinal_position",
            [name, schema, schema],
        ).fetchall()
        return dict(found)


@contextmanager
def open_city(folder: Path, settings: Settings) -> Iterator[City]:
    """Opens the truth below `folder` and the published version. Raises NotASimulation, AnotherCity."""
    marker, truth = folder / "SIMULATED.json", folder / "truth"
    if not marker.is_file() or not (truth / "entity_links.parquet").is_file():
        raise NotASimulation(folder)
    told = json.loads(marker.read_text(encoding="utf-8"))
    version = warehouse.current_version(settings)
    with duckdb.connect(str(version.operator_file), read_only=True) as connection:
        connection.execute(f"set memory_limit = '{_MEMORY}'")
        for path in sorted(truth.glob("*.parquet")):
            connection.execute(f"create temp view truth_{path.stem} as from read_parquet({_text(path)})")
        _read_faults(connection, truth / "faults.jsonl")
        _require_same_files(connection, folder)
        yield City(folder, version, told["people"], told["seed"], told.get("faults", "usual"), connection)


_FAULT_COLUMNS = {
    "dataset_id": "varchar", "path": "varchar", "file": "varchar", "sheet": "varchar", "line": "bigint",
    "column": "varchar", "header": "varchar", "kind": "varchar", "expected": "varchar", "reason": "varchar",
    "rows": "bigint",
}  # fmt: skip


def _read_faults(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _FAULT_COLUMNS.items())
    connection.execute(
        "create temp view truth_faults as select *, row_number() over () as fault_no"
        f" from read_json({_text(path)}, format = 'newline_delimited', columns = {{{columns}}})"
    )


def _require_same_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Two cities have files of the same names: their bytes tell them apart."""
    landed: dict[str, set[str]] = {}
    for name, sha256 in connection.execute("select file_name, file_sha256 from quality.fct_deliveries").fetchall():
        landed.setdefault(name, set()).add(sha256)
    shared = [path for path in sorted((folder / "inbox").rglob("*")) if path.is_file() and path.name in landed]
    if not shared:
        raise AnotherCity(folder, None)
    for path in shared[:: max(1, len(shared) // _COMPARED_FILES)]:
        if hashlib.sha256(path.read_bytes()).hexdigest() not in landed[path.name]:
            raise AnotherCity(folder, path.name)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
