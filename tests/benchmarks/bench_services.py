"""Airflow idle plus MinIO: memory of everything that `make up` keeps running, a while after it has come up.

    python tests/benchmarks/bench_services.py --out services.json

Proportional set size (shared pages divided among those who share them), as /proc tells it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from citylake.orchestration import airflow_services, minio_server, processes
from citylake.settings import Settings

MOST_MEGABYTES = 1_500
SETTLE_SECONDS = 45


def main() -> int:
    parser = argparse.ArgumentParser(description="memory of the idle services")
    parser.add_argument("--out", type=Path, default=Path("services.json"), help="file for the figures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
        settings = Settings(home=Path(folder))
        with minio_server.running_store(settings), airflow_services.running_airflow(settings):
            time.sleep(SETTLE_SECONDS)
            airflow = processes.memory_megabytes(airflow_services.running(settings).values())
            store = minio_server.status(settings)
            minio = processes.memory_megabytes([store]) if store else 0.0
    figures = {"airflow_mb": round(airflow), "minio_mb": round(minio), "together_mb": round(airflow + minio)}
    for name, value in figures.items():
        print(f"{name:16}{value:>8,}")
    print(f"to hold: {MOST_MEGABYTES:,} MB together")
    arguments.out.write_text(json.dumps(figures | {"limit_mb": MOST_MEGABYTES}, indent=2) + "\n", encoding="utf-8")
    return 0 if airflow + minio <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
