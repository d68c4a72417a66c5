"""A night over the sample city, then a night that finds nothing new, then dbt alone on the same tables.

    python tests/benchmarks/bench_night.py --people 50000 --out night.json

CPU seconds of whole processes; the object store runs beside them and is not counted. The start of the interpreter is
measured by itself and taken off both nights. Airflow's share of a night is printed by `make nightly`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from citylake import landing, simulator, warehouse
from citylake.orchestration import minio_server
from citylake.settings import PROJECT, Settings

UNTIL = date(2025, 9, 30)
MOST_OF_A_NIGHT = 0.10
DBT = "import sys; from dbt.cli.main import cli; sys.argv[0] = 'dbt'; cli()"


def child_cpu(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """CPU and wall seconds of a process and what it starts."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - began


def environment_of(settings: Settings) -> dict[str, str]:
    """What a child needs to work on the same home and store."""
    return dict(
        os.environ,
        PYTHONPATH=str(PROJECT / "plugins"),
        CITYLAKE_HOME=str(settings.home),
        CITYLAKE_S3_ENDPOINT=str(settings.s3_endpoint),
        CITYLAKE_S3_ACCESS_KEY=str(settings.s3_access_key),
        CITYLAKE_S3_SECRET_KEY=str(settings.s3_secret_key),
    )


def dbt_alone(settings: Settings, folder: Path, environment: dict[str, str]) -> float:
    """CPU of `dbt build` from the command line over the same inputs, in a copy of the finished build."""
    build = warehouse.find_build(UNTIL, settings)
    copy = folder / "dbt" / build.database.name
    copy.parent.mkdir()
    shutil.copy(build.database, copy)
    project = ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    places = ["--target-path", str(folder / "dbt" / "target"), "--log-path", str(folder / "dbt")]
    command = [sys.executable, "-c", DBT, "build", *project, *places, "--exclude-resource-type", "unit_test", "--quiet"]
    return child_cpu(command, environment | {"CITYLAKE_BUILD_DB": str(copy)})[0]


def measure(people: int, folder: Path) -> dict[str, float]:
    """All figures of one simulated city."""
    simulator.simulate(folder / "city", people=people, until=UNTIL)
    with minio_server.running_store(Settings(home=folder / "home")) as settings:
        landing.deliver(settings, [folder / "city" / "inbox"], keep_times=True)
        environment = environment_of(settings)
        night = [sys.executable, "-m", "citylake", "nightly", "--date", UNTIL.isoformat()]
        start = min(child_cpu([*night[:3], "version"], environment)[0] for _ in range(3))
        full, full_wall = child_cpu(night, environment)
        again = min(child_cpu(night, environment)[0] for _ in range(3))
        alone = dbt_alone(settings, folder, environment)
    return {
        "people": people,
        "interpreter_start_cpu_s": round(start, 2),
        "full_night_cpu_s": round(full, 1),
        "full_night_wall_s": round(full_wall, 1),
        "nothing_new_cpu_s": round(again, 2),
        "nothing_new_share": round((again - start) / (full - start), 3),
        "nothing_new_limit": MOST_OF_A_NIGHT,
        "dbt_alone_cpu_s": round(alone, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="a full night, a night with nothing new, dbt alone")
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--out", type=Path, default=Path("night.json"), help="file for the figures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
        figures = measure(arguments.people, Path(folder))
    for name, value in figures.items():
        print(f"{name:28}{value:>12,}")
    arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if figures["nothing_new_share"] <= MOST_OF_A_NIGHT else 1


if __name__ == "__main__":
    sys.exit(main())
