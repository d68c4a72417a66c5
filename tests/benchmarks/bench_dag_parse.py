"""DAG files: what Airflow's DAG processor pays for reading each one, every half minute, in a fresh process each time.

    python tests/benchmarks/bench_dag_parse.py --out dag_parse.json

CPU seconds of one reading after Airflow itself has been loaded; the best of the rounds counts. The ratio is against
loading `airflow.sdk`, which every file has to pay.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

DAGS = Path(__file__).parents[2] / "dags"
_CODE = """
import runpy, time
started = time.process_time()
import airflow.sdk
loaded = time.process_time()
runpy.run_path({path!r})
print(loaded - started, time.process_time() - loaded)
"""


def measure(path: Path, rounds: int) -> tuple[float, float]:
    """CPU seconds of loading Airflow, and of reading one DAG file after that."""
    runs = [_run(path) for _ in range(rounds)]
    return min(run[0] for run in runs), min(run[1] for run in runs)


def _run(path: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", _CODE.format(path=str(path))]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    loading, reading = answer.stdout.strip().splitlines()[-1].split()
    return float(loading), float(reading)


def main() -> None:
    parser = argparse.ArgumentParser(description="reading the DAG files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("dag_parse.json"), help="file for the figures")
    arguments = parser.parse_args()
    files = {}
    print(f"{'file':20}{'CPU s':>8}{'ratio':>8}")
    for path in sorted(DAGS.glob("*.py")):
        loading, reading = measure(path, arguments.rounds)
        files[path.name] = {"cpu_seconds": round(reading, 3), "ratio_to_loading_airflow": round(reading / loading, 3)}
        print(f"{path.name:20}{reading:>8.2f}{reading / loading:>8.2f}")
    arguments.out.write_text(json.dumps({"files": files}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
