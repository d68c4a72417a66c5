"""What the DAG files are made of: departments, clocks, business dates, and the stages as tasks run them.

Light at import: the DAG processor reads the DAG files every half minute, so polars, DuckDB and dbt are loaded in the
tasks alone.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, CronTriggerTimetable, get_parsing_context

from citylake.contracts import Period, load_contracts
from citylake.errors import NothingPublished
from citylake.orchestration import stages
from citylake.orchestration.machine import ServiceSettings, cpu_seconds
from citylake.settings import SHANGHAI, Settings, get_settings

# The inbox of files whose department nobody knows.
UNKNOWN = "_unknown"
WAREHOUSE = Asset(name="warehouse", uri="citylake://warehouse")


def departments() -> dict[str, str]:
    """Department id -> Chinese name, from the contracts."""
    return load_contracts(get_settings().contracts).departments


def departments_to_parse() -> dict[str, str]:
    """The departments whose DAGs a reader of the DAG file wants: all, or, in a task's own process, that task's one."""
    wanted = get_parsing_context().dag_id
    return {one: name for one, name in departments().items() if wanted in (None, dag_id(one))}


def dag_id(department: str) -> str:
    return f"landing_staging__{department}"


def staging_asset(department: str) -> Asset:
    """Changes whenever a department's deliveries have been staged."""
    return Asset(name=f"staging__{department}", uri=f"citylake://staging/{department}")


def every_night(cron: str) -> CronTriggerTimetable | None:
    """A cron schedule in Asia/Shanghai; none while CITYLAKE_CLOCK is off (`make nightly` triggers what it needs).

    The DAGs have no start date: with one, Airflow would run last night at once when it is first started.
    """
    return CronTriggerTimetable(cron, timezone="Asia/Shanghai") if ServiceSettings().clock else None


def terms(owner: str, retries: int, pool: str = "default_pool") -> dict[str, Any]:
    """Default arguments of a DAG's tasks: retried after 20, 40, 80 s; a fault that outlasts these wants a person."""
    delay = timedelta(seconds=20)
    return {"owner": owner, "pool": pool, "retries": retries, "retry_delay": delay, "retry_exponential_backoff": True}


def business_date(context: Mapping[str, Any]) -> date:
    """The business date of a run: `{"date": "2025-09-30"}` of its conf, else that of the assets that caused it, else
    the day in Shanghai before the run's own moment. A run or back-fill of the night of 1 October is for 30 September.
    """
    run = context["dag_run"]
    if named := (run.conf or {}).get("date"):
        return Period.parse(named).end
    events = [event for found in (context.get("triggering_asset_events") or {}).values() for event in found]
    if dates := [event.extra["date"] for event in events if "date" in (event.extra or {})]:
        return date.fromisoformat(max(dates))
    moment: datetime = run.logical_date or run.run_after
    return moment.astimezone(SHANGHAI).date() - timedelta(days=1)


def land(department: str, context: Mapping[str, Any]) -> None:
    with _measured("land", department, context) as settings:
        print(stages.land(settings, business_date(context), department))


def stage(department: str, context: Mapping[str, Any]) -> None:
    with _measured("stage", department, context) as settings:
        print(stages.stage(settings, business_date(context), department))
    _announce(context, staging_asset(department))


def receipts(department: str, context: Mapping[str, Any]) -> None:
    with _measured("receipts", department, context) as settings:
        print(stages.receipts(settings, business_date(context), department))


def prepare(context: Mapping[str, Any]) -> str | None:
    with _measured("prepare", "", context) as settings:
        # Files that no department's run can take: they go to quarantine whole, with their reason.
        stages.land(settings, business_date(context), UNKNOWN)
        stages.receipts(settings, business_date(context), UNKNOWN)
        print(stages.watch(settings, business_date(context)))
        return stages.prepare(settings, business_date(context))


def build_layer(layer: str, context: Mapping[str, Any]) -> None:
    with _measured(layer, "", context) as settings:
        stages.build_layer(settings, business_date(context), layer)


def publish(context: Mapping[str, Any]) -> None:
    with _measured("publish", "", context) as settings:
        summary = stages.publish(settings, business_date(context))
        print(summary)
    _announce(context, WAREHOUSE, build_id=summary.build_id)


def watch(context: Mapping[str, Any]) -> None:
    """Runs whatever became of the tasks before it. Raises NothingPublished, so that the run ends as they did."""
    with _measured("watch", "", context) as settings:
        seen = stages.watch(settings, business_date(context), is_night_over=True)
        print(seen)
    if seen.unpublished:
        raise NothingPublished(seen.unpublished, action="查看本次运行中失败的任务, 修正后重新触发 warehouse")


def report(context: Mapping[str, Any]) -> None:
    with _measured("report", "", context) as settings:
        print(stages.report(settings, business_date(context)))


def _announce(context: Mapping[str, Any], asset: Asset, **facts: str) -> None:
    context["outlet_events"][asset].extra = {"date": business_date(context).isoformat(), **facts}


@contextmanager
def _measured(stage_name: str, department: str, context: Mapping[str, Any]) -> Iterator[Settings]:
    """Connected settings; the CPU seconds of the block go to `logs/cpu.jsonl`, one line a task."""
    from citylake.orchestration.minio_server import connected

    settings = connected(get_settings())
    before, started = cpu_seconds(), time.monotonic()
    try:
        yield settings
    finally:
        line = {
            "run_id": context["dag_run"].run_id,
            "stage": stage_name,
            "department": department,
            "cpu_seconds": round(cpu_seconds() - before, 3),
            "wall_seconds": round(time.monotonic() - started, 3),
        }
        path = settings.root / "logs" / "cpu.jsonl"
        # One short write to a file opened for appending: lines of tasks that end together stay whole.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, (json.dumps(line) + "\n").encode())
        os.close(descriptor)
