"""Small deliveries: 150 files of 100 rows from 36 departments, from the inbox to staged and recorded.

    python tests/benchmarks/bench_small.py --out small.json

Once from the shell (`citylake land`, `citylake stage`: wall and CPU, the interpreter's start and the object store's own
CPU counted in), once by Airflow's real scheduler (wall from the first trigger until every department has been staged;
the receipts written after that stand apart). A machine that is busy with something else gives other walls: CPU seconds
on both cores are what a wall can come down to.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from small_deliveries import DEPARTMENTS, FILES, ROWS, UNTIL, write_city

from citylake import landing
from citylake.lake import Lake
from citylake.orchestration import airflow_services, minio_server, processes
from citylake.orchestration.airflow_api import AirflowApi, Run
from citylake.orchestration.machine import cpu_seconds
from citylake.settings import Settings

MOST_CPU_SECONDS_EACH = 0.15
MOST_SECONDS_SHELL = 25.0
MOST_SECONDS_AIRFLOW = 60.0


def store_cpu(settings: Settings) -> float:
    server = minio_server.status(settings)
    return processes.cpu_seconds([server]) if server else 0.0


def check(settings: Settings) -> None:
    """Every file has been taken with all of its rows; anything else would measure something else."""
    lake = Lake(settings)
    keys = [item.key for item in lake.list("staging") if item.key.endswith("/outcome.json")]
    outcomes = [json.loads(lake.get("staging", key)) for key in keys]
    found = Counter((one["status"], one.get("rows_accepted"), one.get("reason_code")) for one in outcomes)
    if found != {("accepted", ROWS, None): FILES}:
        sys.exit(f"not what was delivered: {found}")


def from_the_shell(folder: Path, contracts: Path, inbox: Path) -> dict[str, float]:
    home = Settings(home=folder / "shell", contracts=contracts)
    with minio_server.running_store(home) as settings:
        landing.deliver(settings, [inbox])
        environment = dict(
            os.environ,
            CITYLAKE_HOME=str(home.home),
            CITYLAKE_CONTRACTS=str(contracts),
            PYTHONPATH=os.pathsep.join(sys.path),
        )
        cpu, store, began, stages = cpu_seconds(), store_cpu(home), time.monotonic(), {}
        for stage in ("land", "stage"):
            before = cpu_seconds()
            command = [sys.executable, "-m", "citylake", stage, "--date", UNTIL.isoformat()]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            stages[f"{stage}_cpu_s"] = round(cpu_seconds() - before, 2)
        wall, cpu, store = time.monotonic() - began, cpu_seconds() - cpu, store_cpu(home) - store
        check(settings)
    return {
        **stages,
        "store_cpu_s": round(store, 2),
        "cpu_s_each": round((cpu + store) / FILES, 4),
        "shell_wall_s": round(wall, 1),
    }


def by_airflow(folder: Path, contracts: Path, inbox: Path) -> dict[str, float]:
    home = Settings(home=folder / "airflow", contracts=contracts)
    with minio_server.running_store(home) as settings, airflow_services.running_airflow(home, clock=False) as api:
        landing.deliver(settings, [inbox])
        dags = [f"landing_staging__department_{number:02d}" for number in range(DEPARTMENTS)]
        while not {*dags, "warehouse"} <= api.dag_ids():
            time.sleep(0.5)
        # The next stage would begin while the last departments are still at work.
        api.call("PATCH", "/dags/warehouse", {"is_paused": True})
        before = processes.cpu_seconds(airflow_services.running(home).values()) + store_cpu(home)
        staged, over = run_all(api, dags)
        used = processes.cpu_seconds(airflow_services.running(home).values()) + store_cpu(home) - before
        check(settings)
        return {
            "airflow_wall_s": round(staged, 1),
            "airflow_with_receipts_wall_s": round(over, 1),
            "airflow_with_receipts_cpu_s": round(used, 1),
        }


def run_all(api: AirflowApi, dags: list[str]) -> tuple[float, float]:
    """Triggers every department at once; seconds until the last one is staged, and until the last run is over."""
    began = datetime.now(UTC)
    runs: list[Run] = [api.trigger(dag_id, "bench", {"date": UNTIL.isoformat()}) for dag_id in dags]
    while not all(run.is_over for run in runs):
        time.sleep(1.0)
        still = {run.dag_id for run in api.unfinished_runs()}
        runs = [run if run.is_over or run.dag_id in still else api.run(run.dag_id, run.run_id) for run in runs]
    if failed := [run.dag_id for run in runs if run.state != "success"]:
        sys.exit(f"failed: {failed}")
    over = (datetime.now(UTC) - began).total_seconds()
    ends = [
        datetime.fromisoformat(task["end_date"])
        for run in runs
        for task in api.call("GET", f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances")["task_instances"]
        if task["task_id"] == "stage"
    ]
    return (max(ends) - began).total_seconds(), over


def main() -> int:
    parser = argparse.ArgumentParser(description="150 small deliveries of 36 departments")
    parser.add_argument("--out", type=Path, default=Path("small.json"), help="file for the figures")
    parser.add_argument("--without-airflow", action="store_true", help="from the shell only")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as name:
        folder = Path(name)
        contracts, inbox = write_city(folder)
        figures = from_the_shell(folder, contracts, inbox)
        if not arguments.without_airflow:
            figures |= by_airflow(folder, contracts, inbox)
    for what, value in figures.items():
        print(f"{what:30}{value:>10,}")
    limits = {
        "cpu_s_each": MOST_CPU_SECONDS_EACH,
        "shell_wall_s": MOST_SECONDS_SHELL,
        "airflow_wall_s": MOST_SECONDS_AIRFLOW,
    }
    print("to hold: " + ", ".join(f"{what} <= {limit:g}" for what, limit in limits.items()))
    arguments.out.write_text(json.dumps(figures | {"limits": limits}, indent=2) + "\n", encoding="utf-8")
    return 0 if all(figures.get(what, 0.0) <= limit for what, limit in limits.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
