"""Reads the published version with SQL, and can do nothing else.

The connection is read-only, sees no file and no network but its own database, cannot change its settings, and is
bounded in memory, spill and time. Every query is written to `logs/queries.jsonl` with the user who asked.
"""

from __future__ import annotations

import getpass
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
import polars.selectors as cs

from citylake.errors import UsageError
from citylake.settings import Settings, get_settings, now
from citylake.warehouse.errors import QueryFailed, QueryRefused, QueryTooLong
from citylake.warehouse.roles import masked
from citylake.warehouse.tables import text
from citylake.warehouse.versions import Role, Version, current_version

Format = Literal["table", "csv", "json", "parquet"]
SECONDS = 120.0
_MEMORY = "2GB"
_SPILL = "8GB"
_SHOWN_ROWS = 100
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
# A cell that begins like this is a formula to a spreadsheet (FAULTS: formula cells); a quote before it makes it text.
_FORMULA = r"^[=+\-@\t\r]"


def query(
    sql: str,
    role: Role = "analyst",
    format: Format = "table",
    out: Path | None = None,
    settings: Settings | None = None,
    seconds: float = SECONDS,
) -> str:
    """Runs one reading statement on the published version; the answer as text, empty when it went to the file `out`.

    Raises NothingYetPublished, QueryRefused (not one reading statement), QueryFailed (with DuckDB's message),
    QueryTooLong, UsageError (Parquet without a file to write to).
    """
    settings = settings or get_settings()
    if format == "parquet" and out is None:
        raise UsageError("parquet 不能显示在终端", action="用 --out 文件.parquet 给出文件")
    frame = read(sql, role, settings, seconds)
    if out is None:
        return _show(frame, format)
    _write(frame, format, out)
    return ""


def read(sql: str, role: Role, settings: Settings, seconds: float = SECONDS) -> pl.DataFrame:
    """The rows of one reading statement on the published version; who asked for what goes into the audit log.

    Raises NothingYetPublished, QueryRefused, QueryFailed, QueryTooLong.
    """
    version = current_version(settings)
    started = time.monotonic()
    outcome = "refused"
    try:
        _require_reading(sql)
        outcome = "failed"
        frame = fetch(version, sql, role, settings, seconds)
        outcome = f"{frame.height} rows"
    finally:
        _log(settings, version, role, sql, outcome, time.monotonic() - started)
    return frame


def fetch(version: Version, sql: str, role: Role, settings: Settings, seconds: float = SECONDS) -> pl.DataFrame:
    """The rows of one statement as a frame, under the limits of this module. Raises QueryFailed, QueryTooLong."""
    file = version.analyst_file if role == "analyst" else version.operator_file
    with connect(file, settings) as connection:
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            return connection.execute(sql).pl()
        except duckdb.InterruptException as error:
            raise QueryTooLong(seconds) from error
        except duckdb.Error as error:
            raise QueryFailed(sql, str(error)) from error
        finally:
            timer.cancel()


def connect(file: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection that can read this file and nothing else."""
    spill = settings.root / "tmp" / "query"
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(file), read_only=True)
    for setting in (
        f"memory_limit = '{_MEMORY}'",
        f"temp_directory = {text(str(spill))}",
        f"max_temp_directory_size = '{_SPILL}'",
        "enable_external_access = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")
    return connection


def _require_reading(sql: str) -> None:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryFailed(sql, str(error)) from error
    if len(statements) != 1:
        raise QueryRefused(f"有 {len(statements)} 条语句")
    if statements[0].type not in _READING:
        raise QueryRefused(f"{statements[0].type.name} 不是查询")


def _show(frame: pl.DataFrame, format: Format) -> str:
    if format == "csv":
        return _guarded(frame).write_csv()
    if format == "json":
        return frame.write_json()
    with pl.Config(
        tbl_rows=_SHOWN_ROWS,
        tbl_cols=-1,
        tbl_width_chars=240,
        fmt_str_lengths=60,
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=frame.height <= _SHOWN_ROWS,
        tbl_formatting="UTF8_FULL_CONDENSED",
    ):
        return str(frame)


def _write(frame: pl.DataFrame, format: Format, out: Path) -> None:
    """Writes the file beside its place and moves it there: it is whole or it is not there."""
    writers: dict[str, Callable[[Path], object]] = {
        "csv": lambda path: _guarded(frame).write_csv(path, include_bom=True),
        "json": frame.write_json,
        "parquet": frame.write_parquet,
        "table": lambda path: path.write_text(_show(frame, "table"), encoding="utf-8"),
    }
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        writers[format](partial)
        os.replace(partial, out)
    except OSError as error:
        raise UsageError(f"{out} 无法写入: {error.strerror}", action="给出一个可写的文件路径") from error
    finally:
        partial.unlink(missing_ok=True)


def _guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Text cells that a spreadsheet would run as a formula, with a quote before them; nested values as JSON text."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    frame = frame.with_columns(pl.struct(name).struct.json_encode().alias(name) for name in nested)
    return frame.with_columns(
        pl.when(cs.string().str.contains(_FORMULA)).then("'" + cs.string()).otherwise(cs.string()).name.keep()
    )


def _log(settings: Settings, version: Version, role: Role, sql: str, outcome: str, seconds: float) -> None:
    """One line for the audit log; identifiers that a person typed into a query do not go into it."""
    line = {
        "at": now().isoformat(),
        "user": getpass.getuser(),
        "role": role,
        "build_id": version.build_id,
        "outcome": outcome,
        "seconds": round(seconds, 3),
        "sql": masked(sql),
    }
    path = settings.root / "logs" / "queries.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
