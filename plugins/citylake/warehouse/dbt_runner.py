"""Runs dbt in this process and keeps what it says of every model and test.

dbt drops its parse cache when the path of the database changes. Every build therefore appears to dbt under one path:
`builds/open` is a link to the folder of the build at work.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citylake.settings import Settings
from citylake.warehouse.errors import DbtFailed, FailedNode
from citylake.warehouse.files import read_json, write_json

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

RESULTS = "run_results.json"
MODELS = "models.json"
DATABASE = "citylake.duckdb"
_BAD = ("error", "fail", "runtime error", "skipped", "partial success")


def run_dbt(
    settings: Settings, build_id: str, folder: Path, select: str | None, *, unit_tests: bool = False
) -> list[dict[str, Any]]:
    """Runs `dbt build` on the database in `folder`; returns one record per node of this run.

    Records of earlier runs on the same build are kept, so that layers can be run one after the other.
    Raises DbtFailed with every node that did not pass.
    """
    target = settings.warehouse_dir / "dbt_target"
    logs = settings.root / "logs" / "dbt"
    database = _open_link(folder) / DATABASE
    from dbt.artifacts.schemas.run import RunExecutionResult

    arguments = ["build", "--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    arguments += ["--target-path", str(target), "--log-path", str(logs), "--no-use-colors", "--threads", "2"]
    arguments += ["--log-level", "none", "--log-level-file", "info"]  # failures are told by our own error, once
    # A test runs in the layer where the last of its tables is built, not in the first one that it touches.
    arguments += ["--indirect-selection", "buildable"]
    arguments += ["--select", select] if select else []
    # Unit tests prove the code, not tonight's data: the test suite runs them, a night does not.
    arguments += [] if unit_tests else ["--exclude-resource-type", "unit_test"]
    with _environment(settings, database, target):
        result = _invoke(arguments)
    if not isinstance(result.result, RunExecutionResult):
        cause = str(result.exception or "dbt did not start").strip().splitlines()
        raise DbtFailed(build_id, [FailedNode("dbt", "project", "error", " ".join(cause), "")], logs / "dbt.log")
    records = [_record(one) for one in result.result.results]
    _keep(folder, target, records)
    if failed := failed_nodes(records):
        raise DbtFailed(build_id, failed, logs / "dbt.log")
    return records


def failed_nodes(records: Iterable[dict[str, Any]]) -> list[FailedNode]:
    """What did not pass, causes before the nodes that were skipped because of them."""
    bad = sorted((r for r in records if r["status"] in _BAD), key=lambda record: record["status"] == "skipped")
    return [FailedNode(r["name"], r["kind"], r["status"], r["message"] or "", r["path"]) for r in bad]


def missing_tests(folder: Path) -> list[str]:
    """Data tests of the project that were never run on this build."""
    known = read_json(folder / MODELS) or {"tests": []}
    ran = read_json(folder / RESULTS) or {}
    return sorted(name for unique_id, name in known["tests"] if unique_id not in ran)


def _invoke(arguments: list[str]) -> dbtRunnerResult:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    try:
        return dbtRunner().invoke(arguments)
    finally:
        # dbt leaves its connection open; the file must be free for the audit, and for the next build under this path.
        manager = DuckDBConnectionManager
        if manager._ENV is not None:
            manager._ENV.close()
            manager.close_all_connections()


def _open_link(folder: Path) -> Path:
    link = folder.parent / "open"
    fresh = folder.parent / f".open.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name, target_is_directory=True)
    os.replace(fresh, link)
    return link


def spatial_extension() -> Path:
    """The file of DuckDB's spatial functions that lies in the wheel of this very DuckDB version."""
    import duckdb

    folder = files("duckdb_extension_spatial") / "extensions" / f"v{duckdb.__version__}"
    return Path(str(folder / "spatial.duckdb_extension"))


@contextmanager
def _environment(settings: Settings, database: Path, target: Path) -> Iterator[None]:
    """The variables that the dbt project reads, for the time of one run."""
    values = {
        "CITYLAKE_BUILD_DB": str(database),
        "CITYLAKE_DBT_TARGET": str(target),
        "CITYLAKE_SPATIAL": str(spatial_extension()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        "DO_NOT_TRACK": "1",
    }
    if not settings.plan.is_relative_to(settings.dbt_project):
        values["CITYLAKE_PLAN_SEEDS"] = os.path.relpath(settings.plan, settings.dbt_project)
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _record(one: Any) -> dict[str, Any]:
    node = one.node
    return {
        "unique_id": node.unique_id,
        "name": node.name,
        "kind": str(node.resource_type),
        "status": str(one.status),
        "failures": one.failures,
        "message": " ".join((one.message or "").split()),
        "path": node.original_file_path,
        "seconds": round(one.execution_time, 3),
    }


def _keep(folder: Path, target: Path, records: list[dict[str, Any]]) -> None:
    results = read_json(folder / RESULTS) or {}
    results.update({record["unique_id"]: record for record in records})
    write_json(folder / RESULTS, results)
    manifest = json.loads((target / "manifest.json").read_bytes())
    nodes = manifest["nodes"]
    known = read_json(folder / MODELS) or {"models": {}}
    models = {key: _model(node) for key, node in nodes.items() if node["resource_type"] in ("model", "seed")}
    for key, model in models.items():
        earlier = known["models"].get(key)
        if model["compiled_sql"] is None and earlier:  # compiled in the run of another layer
            model["compiled_sql"] = earlier["compiled_sql"]
    tests = [[key, node["name"]] for key, node in nodes.items() if node["resource_type"] == "test"]
    write_json(folder / MODELS, {"models": models, "tests": tests})


def _model(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": node["name"],
        "schema": node["schema"],
        "table": node["alias"],
        "path": node["original_file_path"],
        "description": node["description"],
        "compiled_sql": node.get("compiled_code"),
        "depends_on": (node.get("depends_on") or {}).get("nodes", []),
    }
