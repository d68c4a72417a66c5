"""Intake: the staging engine against the floor, rows per CPU second and peak memory, on one residents file.

    python tests/benchmarks/bench_intake.py --rows 1000000 --rounds 3 --out intake.json

The floor is polars copying the UTF-8 file as strings to zstd-3 Parquet: nothing checked, nothing typed. Every run is a
fresh process, the kinds take turns, and the best round counts. CPU is that of the work, without the imports; memory is
the process's peak. GB18030 is held against the same floor, so its ratio shows what decoding adds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, ROUNDS = 1_000_000, 3
HERE = Path(__file__).parent
PLUGINS = HERE.parents[1] / "plugins"
KINDS = ("floor", "utf-8", "gb18030")
# What the project holds itself to; a ratio is against the floor.
MOST_RATIO = {"utf-8": 1.6, "gb18030": 2.0}
LEAST_ROWS_PER_CPU_SECOND = 600_000
MOST_MEGABYTES = 1024


def run_floor(path: Path, out: Path) -> dict[str, int]:
    """Copies every field as text."""
    import polars as pl

    started = _cpu_seconds()
    pl.scan_csv(path, infer_schema=False, glob=False).sink_parquet(
        out / "copy.parquet", compression="zstd", compression_level=3
    )
    return {"cpu_seconds": _cpu_seconds() - started}


def run_engine(path: Path, out: Path) -> dict[str, int]:
    """Stages the file by its contract."""
    from citylake.contracts import load_contracts
    from citylake.staging.engine import stage_file

    contracts = load_contracts(HERE / "contracts")
    contract = contracts.datasets["bench__residents"]
    started = _cpu_seconds()
    staged = stage_file(path, contract, contracts.codes, "bench", out, file_name=path.name)
    return {
        "cpu_seconds": _cpu_seconds() - started,
        "rows_accepted": staged.rows_accepted,
        "rows_rejected": staged.rows_rejected,
        "rows_not_records": staged.rows_not_records,
    }


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(kind: str, path: Path) -> dict[str, float]:
    """One run in a fresh process: CPU and wall seconds, peak resident megabytes, and what the run says of itself."""
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as out:
        command = [sys.executable, __file__, "--child", kind, "--file", str(path), "--out", out]
        environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            said = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the run of {kind} ended with {process.returncode}")
        return json.loads(said) | {
            "wall_seconds": time.perf_counter() - started,
            "peak_megabytes": used.ru_maxrss / 1024,
        }


def run(rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, object]:
    """Prints the comparison and returns its figures, ready for JSON."""
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
        result = compare(rows, rounds, Path(folder))
    print(as_table(result))
    return result


def compare(rows: int, rounds: int, folder: Path) -> dict[str, object]:
    """Runs all kinds in turns on the same rows and keeps the best CPU and the worst memory of each."""
    sys.path.insert(0, str(HERE))
    from residents import write_residents

    files = {"utf-8": folder / "residents_utf8.csv", "gb18030": folder / "residents_gb18030.csv"}
    for encoding, path in files.items():
        write_residents(path, rows, encoding)
    files["floor"] = files["utf-8"]
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            runs[kind].append(measured(kind, files[kind]))
    floor = min(run["cpu_seconds"] for run in runs["floor"])
    return {
        "rows": rows,
        "rounds": rounds,
        "kinds": {kind: _summary(rows, floor, kind, runs[kind], files[kind]) for kind in KINDS},
    }


def _summary(rows: int, floor: float, kind: str, runs: list[dict[str, float]], path: Path) -> dict[str, object]:
    best = min(runs, key=lambda run: run["cpu_seconds"])
    return best | {
        "rows_per_cpu_second": round(rows / best["cpu_seconds"]),
        "megabytes_per_cpu_second": round(path.stat().st_size / 1e6 / best["cpu_seconds"]),
        "ratio_to_floor": round(best["cpu_seconds"] / floor, 2),
        "ratio_limit": MOST_RATIO.get(kind),
        "peak_megabytes": round(max(run["peak_megabytes"] for run in runs)),
    }


def as_table(result: dict[str, object]) -> str:
    """The comparison as text, limits beside the figures."""
    lines = [f"{'':10}{'rows/CPU s':>12}{'MB/CPU s':>10}{'ratio':>8}{'limit':>8}{'peak MB':>9}{'wall s':>8}"]
    for kind, one in result["kinds"].items():
        limit = one["ratio_limit"] or ""
        lines.append(
            f"{kind:10}{one['rows_per_cpu_second']:>12,}{one['megabytes_per_cpu_second']:>10}"
            f"{one['ratio_to_floor']:>8}{limit:>8}{one['peak_megabytes']:>9}{one['wall_seconds']:>8.2f}"
        )
    lines.append(f"to hold: {LEAST_ROWS_PER_CPU_SECOND:,} rows per CPU second (utf-8), {MOST_MEGABYTES} MB")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="the staging engine against the floor")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--out", type=Path, default=Path("intake.json"), help="file for the figures")
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        work = run_floor if arguments.child == "floor" else run_engine
        print(json.dumps(work(arguments.file, arguments.out)))
        return
    result = run(arguments.rows, arguments.rounds)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
