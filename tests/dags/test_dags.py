"""The DAG files: complete, thin, named in Chinese, light to parse; and business dates right at every border."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable

from citylake.contracts import load_contracts
from citylake.orchestration import airflow_executor, airflow_services, airflow_tasks
from citylake.orchestration.airflow_services import POOLS
from citylake.settings import PROJECT, Settings

DAGS = PROJECT / "dags"
FILES = sorted(DAGS.glob("*.py"))
HEAVY = {"polars", "duckdb", "dbt", "pyarrow", "fastexcel", "altair", "vl_convert", "xlsxwriter"}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(str(DAGS), bundle_path=DAGS, bundle_name="dags-folder")


def departments() -> dict[str, str]:
    return load_contracts(Settings().contracts).departments


def test_every_file_is_read_and_every_department_has_its_dag(bag: DagBag) -> None:
    assert bag.import_errors == {}
    expected = {f"landing_staging__{department}" for department in departments()} | {"warehouse", "reports"}
    assert len(expected) > 5
    assert set(bag.dags) == expected


def test_every_dag_is_described_in_chinese_and_never_catches_up_or_overtakes_itself(bag: DagBag) -> None:
    for dag in bag.dags.values():
        assert CHINESE.search(dag.description or ""), dag.dag_id
        assert CHINESE.search(dag.doc_md or ""), dag.dag_id
        assert CHINESE.search(dag.dag_display_name), dag.dag_id
        assert CHINESE.search(dag.default_args["owner"]), dag.dag_id
        assert (dag.catchup, dag.max_active_runs) == (False, 1), dag.dag_id
        assert dag.tags, dag.dag_id
        assert all(task.retries >= 1 for task in dag.tasks), dag.dag_id


def test_a_department_is_landed_staged_and_answered_with_three_retries(bag: DagBag) -> None:
    for department in departments():
        dag = bag.dags[f"landing_staging__{department}"]
        assert {task.task_id: set(task.downstream_task_ids) for task in dag.tasks} == {
            "land": {"stage"},
            "stage": {"receipts"},
            "receipts": set(),
        }
        assert {task.retries for task in dag.tasks} == {3}
        assert [asset.name for asset in dag.get_task("stage").outlets] == [f"staging__{department}"]


def test_the_warehouse_is_built_layer_by_layer_by_one_writer(bag: DagBag) -> None:
    dag = bag.dags["warehouse"]
    order = [task.task_id for task in dag.topological_sort()]
    assert order == ["prepare", "base", "marts", "kpi", "publish", "watch"]
    assert {task.pool for task in dag.tasks} == {"warehouse_writer"}
    assert POOLS["warehouse_writer"][0] == 1


def test_no_department_can_keep_the_warehouse_from_being_built(bag: DagBag) -> None:
    """All assets start it early; the clock starts it at 03:00 whatever they did, and no task asks for them."""
    schedule = bag.dags["warehouse"].timetable
    assert isinstance(schedule, AssetOrTimeSchedule)
    assert isinstance(schedule.timetable, CronTriggerTimetable)
    assert schedule.timetable.expression == "0 3 * * *"
    others = {task.dag_id for task in bag.dags["warehouse"].tasks}
    assert others == {"warehouse"}


def test_every_clock_is_in_shanghai(bag: DagBag) -> None:
    for department in departments():
        schedule = bag.dags[f"landing_staging__{department}"].timetable
        assert isinstance(schedule, CronTriggerTimetable)
        assert (schedule.expression, str(schedule.timezone)) == ("30 1 * * *", "Asia/Shanghai")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_file_says_when_and_after_what_and_nothing_else(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 50
    # Airflow skips, without a word, a file in which either of these is missing.
    assert "airflow" in text.lower() and "dag" in text.lower()
    tree = ast.parse(text)
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules <= {"__future__", "datetime", "airflow.sdk", "citylake.orchestration"}
    assert "now" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_reading_the_dag_files_loads_nothing_heavy() -> None:
    code = f"import runpy, sys\nfor f in {[str(f) for f in FILES]}: runpy.run_path(f)\nprint(*sorted(sys.modules))"
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=PROJECT / "plugins")
    loaded = {name.split(".")[0] for name in answer.stdout.split()}
    assert "citylake" in loaded
    assert loaded & HEAVY == set()


def test_what_is_loaded_before_the_workers_are_forked_starts_no_thread() -> None:
    code = (
        "import sys; from citylake.orchestration import airflow_executor; airflow_executor.load();"
        "print('minio' in sys.modules, open('/proc/self/status').read())"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=PROJECT / "plugins")
    assert answer.stdout.startswith("True ")
    assert re.search(r"^Threads:\t1$", answer.stdout, re.M), "what another thread has locked stays locked in a fork"


def test_a_task_makes_its_own_departments_dag_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    context = SimpleNamespace(dag_id="landing_staging__tax", task_id="land")
    monkeypatch.setattr(airflow_tasks, "get_parsing_context", lambda: context)
    assert set(airflow_tasks.departments_to_parse()) == {"tax"}
    context.dag_id = None
    assert airflow_tasks.departments_to_parse() == departments()


def test_the_contracts_are_read_by_each_task_and_not_kept_by_the_scheduler() -> None:
    load_contracts.cache_clear()
    airflow_executor.load()
    assert load_contracts.cache_info().currsize == 0
    variables = airflow_services.environment(Settings(), airflow_services.Ports(1, 2))
    module, _, name = variables["AIRFLOW__CORE__EXECUTOR"].rpartition(".")
    assert (module, name) == (airflow_executor.__name__, airflow_executor.PreloadedLocalExecutor.__name__)


def run_of(conf: dict[str, str] | None = None, logical: datetime | None = None, after: datetime | None = None) -> Any:
    return SimpleNamespace(conf=conf, logical_date=logical, run_after=after)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2025, 9, 30, 17, 30, tzinfo=UTC), date(2025, 9, 30)),  # 01:30 on 1 October in Shanghai
        (datetime(2025, 9, 30, 16, 30, tzinfo=UTC), date(2025, 9, 30)),  # 00:30 on 1 October
        (datetime(2025, 9, 30, 15, 59, tzinfo=UTC), date(2025, 9, 29)),  # 23:59 on 30 September
        (datetime(2025, 12, 31, 17, 30, tzinfo=UTC), date(2025, 12, 31)),  # the year's last business day
        (datetime(2024, 2, 29, 17, 30, tzinfo=UTC), date(2024, 2, 29)),  # a leap day
    ],
)
def test_a_night_is_for_the_day_before_it_in_shanghai(moment: datetime, expected: date) -> None:
    assert airflow_tasks.business_date({"dag_run": run_of(logical=moment)}) == expected
    assert airflow_tasks.business_date({"dag_run": run_of(after=moment)}) == expected


def test_a_date_that_is_named_wins_over_the_clock_and_the_assets() -> None:
    events = {
        "staging__tax": [SimpleNamespace(extra={"date": "2025-09-29"}), SimpleNamespace(extra={"date": "2025-09-28"})]
    }
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    caused = {"dag_run": run_of(after=moment), "triggering_asset_events": events}
    assert airflow_tasks.business_date(caused) == date(2025, 9, 29)
    named = {**caused, "dag_run": run_of(conf={"date": "2025-09-30"}, after=moment)}
    assert airflow_tasks.business_date(named) == date(2025, 9, 30)
