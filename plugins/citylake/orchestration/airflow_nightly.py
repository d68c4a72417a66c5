"""One whole night by Airflow's real scheduler over the sample city: what `make nightly` runs.

Services that were not running before are stopped at the end, also after Ctrl-C or a failure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from citylake.contracts import load_contracts
from citylake.errors import NothingPublished
from citylake.orchestration import airflow_services, minio_server, processes, report_files
from citylake.orchestration.airflow_api import AirflowApi, Run
from citylake.orchestration.nightly import Night, cpu_table
from citylake.orchestration.sample_city import deliver_sample_city
from citylake.settings import SHANGHAI, Settings

_POLL_SECONDS = 1.0
_PLAIN_LINE_SECONDS = 15.0
_DAGS_SECONDS = 120.0
# A department's run may wait for the others; nothing in a night of a city takes longer than this.
_STAGE_SECONDS = 4 * 3600.0
_CHAIN_SECONDS = 30.0


class NightFailed(NothingPublished):
    """A run that the whole night needs did not succeed; the last good version stays."""

    def __init__(self, run: Run, tasks: list[str], logs: Path) -> None:
        what = f"{run.dag_id} ({', '.join(tasks) or run.state})"
        super().__init__(
            f"{what} 未成功, 已发布的版本保持不变", action=f"查看 {logs}/dag_id={run.dag_id}/run_id={run.run_id}"
        )
        self.run = run
        self.tasks = tasks


def airflow_nightly(settings: Settings, business_date: date, people: int, console: Console) -> Night:
    """Runs the night of a business date; raises NightFailed when the warehouse or the report does not succeed."""
    night = Night(business_date)
    with ExitStack() as stack:
        console.print("启动 MinIO starting the object store")
        connected = stack.enter_context(minio_server.running_store(settings))
        deliver_sample_city(connected, people, settings.s3_endpoint or "embedded", console)
        console.print("启动 Airflow starting Airflow")
        is_shared = bool(airflow_services.running(settings))
        api = stack.enter_context(airflow_services.running_airflow(settings, clock=False))
        if not is_shared:
            # What an earlier night left when it was interrupted; its tasks would be waited for until they time out.
            _end_runs(api, api.unfinished_runs())
        conductor = _Conductor(settings, api, night, console)
        stack.callback(conductor.end_unfinished)
        conductor.run()
        night.report = settings.reports_dir / business_date.isoformat()
        conductor.account_for_cpu()
    _show(settings, night, console)
    return night


class _Conductor:
    """Triggers the departments, then sees the warehouse and the reports follow from the assets."""

    def __init__(self, settings: Settings, api: AirflowApi, night: Night, console: Console) -> None:
        self._settings, self._api, self._night, self._console = settings, api, night, console
        self._began = datetime.now(UTC)
        moment = self._began.astimezone(SHANGHAI)
        self._run_id = f"night_{night.business_date}_{moment:%Y%m%dT%H%M%S}"
        self._conf = {"date": night.business_date.isoformat()}
        self._runs: list[Run] = []

    def run(self) -> None:
        departments = load_contracts(self._settings.contracts).departments
        dags = [f"landing_staging__{department}" for department in departments]
        self._wait_for_dags({*dags, "warehouse", "reports"})
        for dag_id in ("warehouse", "reports"):
            self._api.forget_queued_events(dag_id)
        ended = self._wait("归集与治理 landing, staging", [self._trigger(dag_id) for dag_id in dags])
        failed = [run.dag_id.split("__", 1)[1] for run in ended if run.state != "success"]
        self._night.failed_departments = {department: departments[department] for department in failed}
        for name in self._night.failed_departments.values():
            self._console.print(f"{name}: 本夜未成功, 其余部门照常 failed, the others go on", style="yellow")
        warehouse = self._follow("建库与发布 warehouse", "warehouse", is_expected=not self._night.failed_departments)
        is_published = "publish" in self._api.tasks(warehouse, "success")
        if not is_published:
            self._console.print("没有新内容, 沿用已发布的版本 nothing is new since the published version")
        self._follow("报告 reports", "reports", is_expected=is_published)

    def end_unfinished(self) -> None:
        """After Ctrl-C or a failure: the runs of this night that still go on are ended, not left to the next one."""
        _end_runs(self._api, [run for run in self._api.unfinished_runs() if run.run_id == self._run_id])

    def _trigger(self, dag_id: str) -> Run:
        return self._api.trigger(dag_id, self._run_id, self._conf)

    def _follow(self, title: str, dag_id: str, *, is_expected: bool) -> Run:
        """The run that the assets start, or one triggered here when they do not: as the clock does at 03:00."""
        found = self._caused_run(dag_id) if is_expected else None
        run = self._wait(title, [found or self._trigger(dag_id)])[0]
        if run.state != "success":
            raise NightFailed(run, self._api.tasks(run, "failed"), self._settings.root / "airflow" / "logs")
        return run

    def _caused_run(self, dag_id: str) -> Run | None:
        deadline = time.monotonic() + _CHAIN_SECONDS
        while time.monotonic() < deadline:
            if runs := self._api.runs_since(dag_id, self._began):
                return runs[-1]
            time.sleep(_POLL_SECONDS)
        return None

    def _wait_for_dags(self, wanted: set[str]) -> None:
        deadline = time.monotonic() + _DAGS_SECONDS
        while missing := wanted - self._api.dag_ids():
            if errors := self._api.import_errors():
                raise NothingPublished(f"DAG 文件读取失败: {errors[0]}", action="修正该文件后重试")
            if time.monotonic() > deadline:
                raise NothingPublished(
                    f"Airflow 没有读到 {sorted(missing)}", action="查看 CITYLAKE_HOME/logs/airflow-dags.log"
                )
            time.sleep(_POLL_SECONDS)

    def _wait(self, title: str, runs: list[Run]) -> list[Run]:
        """Waits for runs to end, showing how far they are: a live line on a terminal, a plain one in a log."""
        deadline = time.monotonic() + _STAGE_SECONDS
        say = _speaker(self._console)
        with self._console.status(title) as live:
            while True:
                runs = [run if run.is_over else self._api.run(run.dag_id, run.run_id) for run in runs]
                waiting = [run for run in runs if not run.is_over]
                text = f"{title}: {len(runs) - len(waiting)}/{len(runs)} 完成{self._still(runs, waiting)}"
                live.update(text)
                say(text, not waiting)
                if not waiting:
                    self._runs += runs
                    return runs
                if time.monotonic() > deadline:
                    hours = _STAGE_SECONDS / 3600
                    raise NothingPublished(
                        f"{title} 超过 {hours:.0f} 小时未完成", action="用 make up 打开 Airflow 查看"
                    )
                time.sleep(_POLL_SECONDS)

    def _still(self, runs: list[Run], waiting: list[Run]) -> str:
        """What is still going on: the departments, or the tasks of the one run that is waited for."""
        if not waiting:
            return ""
        if len(runs) == 1:
            names = self._api.tasks(waiting[0], "running") or ["排队 queued"]
        else:
            names = [run.dag_id.removeprefix("landing_staging__") for run in waiting]
        return f", 进行中 {', '.join(names)}"

    def account_for_cpu(self) -> None:
        """CPU by stage from the tasks' own records; what Airflow's processes used beyond that is Airflow's share."""
        ours = {run.run_id for run in self._runs}
        path = self._settings.root / "logs" / "cpu.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        for line in lines:
            if line["run_id"] in ours:
                self._night.add(line["stage"], line["cpu_seconds"], line["wall_seconds"])
        stages = sum(self._night.cpu_seconds.values())
        services = airflow_services.running(self._settings).values()
        self._night.add("airflow", max(0.0, processes.cpu_seconds(services) - stages), 0.0)
        if server := minio_server.status(self._settings):
            self._night.add("minio", processes.cpu_seconds([server]), 0.0)


def _end_runs(api: AirflowApi, runs: list[Run]) -> None:
    for run in runs:
        api.end(run)


def _speaker(console: Console) -> Callable[[str, bool], None]:
    """Prints a progress line in a log: every 15 seconds, and the last one; on a terminal the last one alone."""
    spoke = time.monotonic() - _PLAIN_LINE_SECONDS

    def say(text: str, is_last: bool) -> None:
        nonlocal spoke
        if is_last or (not console.is_terminal and time.monotonic() - spoke >= _PLAIN_LINE_SECONDS):
            console.print(text, highlight=False, soft_wrap=True)
            spoke = time.monotonic()

    return say


def _show(settings: Settings, night: Night, console: Console) -> None:
    from citylake.reports.tracker_files import terminal_table

    version = report_files.version_of(settings, night.business_date)
    console.print(terminal_table(version.analyst_file))
    console.print(cpu_table(night))
    console.print(f"版本 version  {version.build_id}")
    console.print(f"报告 report   {night.report}", soft_wrap=True)
