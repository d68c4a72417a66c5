"""A published version out of hand-made tables, and what its steward's commands print: no build, no night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import duckdb
import pytest

from citylake import cli
from citylake.contracts import load_contracts
from citylake.lake import Lake
from citylake.settings import SHANGHAI, Settings
from citylake.warehouse.roles import personal_columns, write_analyst_file, write_operator_file
from citylake.warehouse.versions import Version, file_name, point_at, versions_dir, write_version

# Builds are of an earlier day than what is published: they compare themselves with no version.
DAY, PUBLISHED = date(2025, 9, 30), date(2025, 10, 31)
Run = Callable[..., str]


def publish_tables(settings: Settings, build_id: str, sql: str) -> None:
    """Publishes the tables that `sql` makes, for operators and analysts, as publishing does it."""
    build, folder = settings.root / "citylake.duckdb", versions_dir(settings)
    with duckdb.connect(str(build)) as connection:
        connection.execute(sql)
    operator, analyst = (folder / file_name(build_id, "operator"), folder / file_name(build_id, "analyst"))
    write_operator_file(build, operator, [("model", *[None] * 7)])
    write_analyst_file(operator, analyst, personal_columns(load_contracts(settings.contracts)))
    moment = datetime(2025, 10, 1, 2, tzinfo=SHANGHAI)
    version = Version(build_id, PUBLISHED, "inputs", None, moment, moment, {}, {}, 0, [], False, folder)
    write_version(settings, version)
    point_at(settings, Lake(settings), version)
    build.unlink()


def runner(command: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `citylake COMMAND …`, checks its exit code (`code`, 0 unless told) and gives all that it printed."""

    def run(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        assert cli.main([command, *arguments]) == code
        out = capsys.readouterr()
        return out.out + out.err

    return run
