"""Workbooks: staging 200,000 rows of 8 columns by contract, against fastexcel alone reading the same file as text.

    python tests/benchmarks/bench_xlsx.py --rows 200000 --rounds 3 --out xlsx.json

Staging reads the values in its guarded process, looks through the sheet's XML for cells that are not what they seem,
counts its rows a second way, types and checks every cell and writes Parquet. Every run is a fresh process, the kinds
take turns, and the best round counts. CPU is that of the work in all processes, without starting them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROWS, ROUNDS = 200_000, 3
HERE = Path(__file__).parent
PLUGINS = HERE.parents[1] / "plugins"
KINDS = ("fastexcel", "staging")
MOST_RATIO = 1.5


def write_workbook(path: Path, rows: int) -> None:
    """The residents of the intake benchmark on one sheet: days are days, everything else is text."""
    sys.path.insert(0, str(HERE))
    import numpy as np
    import xlsxwriter
    from residents import HEADERS, SEED, batch

    frame = batch(np.random.default_rng(SEED), 0, rows, 1.0)
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("户籍人口"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADERS)
        for at, name in enumerate(frame.columns):
            for number, value in enumerate(frame[name], 1):
                if at == 4 and value and value > "1900-03":
                    sheet.write_datetime(number, at, date.fromisoformat(value), day)
                elif value:
                    sheet.write_string(number, at, value)


def run_fastexcel(path: Path, out: Path) -> dict[str, float]:
    """Reads every cell as text."""
    import fastexcel
    import polars as pl

    started = _cpu_seconds()
    frame = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    return {"cpu_seconds": _cpu_seconds() - started, "rows": frame.select(pl.len()).item()}


def run_staging(path: Path, out: Path) -> dict[str, float]:
    """Stages the file by its contract."""
    from citylake.contracts import load_contracts
    from citylake.contracts.model import Form
    from citylake.staging.engine import stage_file

    contracts = load_contracts(HERE / "contracts")
    contract = contracts.datasets["bench__residents"].model_copy(update={"form": Form(type="xlsx")})
    small = out / "small.xlsx"
    write_workbook(small, 10)
    (out / "small").mkdir()
    stage_file(small, contract, contracts.codes, "bench", out / "small", file_name=small.name)
    started = _cpu_seconds()
    staged = stage_file(path, contract, contracts.codes, "bench", out, file_name=path.name)
    return {
        "cpu_seconds": _cpu_seconds() - started,
        "rows_accepted": staged.rows_accepted,
        "rows_rejected": staged.rows_rejected,
        "rows_counted": staged.second_count.number if staged.second_count else 0,
    }


def _cpu_seconds() -> float:
    """CPU of this process and of those that it has running."""
    import psutil

    me = psutil.Process()
    return sum(used.user + used.system for used in (one.cpu_times() for one in (me, *me.children())))


def measured(kind: str, path: Path) -> dict[str, float]:
    """One run in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as out:
        command = [sys.executable, __file__, "--child", kind, "--file", str(path), "--out", out]
        started = time.perf_counter()
        said = subprocess.run(
            command, check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(PLUGINS)}
        ).stdout
        return json.loads(said) | {"wall_seconds": time.perf_counter() - started}


def run(rows: int, rounds: int) -> dict[str, object]:
    """All rounds of both kinds on one file; the best of each, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
        path = Path(folder) / "residents.xlsx"
        write_workbook(path, rows)
        megabytes = path.stat().st_size / 1e6
        runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
        for _ in range(rounds):
            for kind in KINDS:
                runs[kind].append(measured(kind, path))
    best = {kind: min(found, key=lambda one: one["cpu_seconds"]) for kind, found in runs.items()}
    ratio = best["staging"]["cpu_seconds"] / best["fastexcel"]["cpu_seconds"]
    return {
        "rows": rows,
        "megabytes": round(megabytes, 1),
        "kinds": best,
        "ratio": round(ratio, 2),
        "limit": MOST_RATIO,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="staging a workbook against reading it")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--out", type=Path, default=Path("xlsx.json"), help="file for the figures")
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        work = run_fastexcel if arguments.child == "fastexcel" else run_staging
        print(json.dumps(work(arguments.file, arguments.out)))
        return 0
    result = run(arguments.rows, arguments.rounds)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for kind, one in result["kinds"].items():
        print(f"{kind:10} {one['cpu_seconds']:6.2f} CPU s  {one['wall_seconds']:6.2f} s wall with start")
    print(f"ratio {result['ratio']} (limit {MOST_RATIO}), {result['rows']:,} rows, {result['megabytes']} MB")
    return 0 if result["ratio"] <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
