"""Intake: the staging engine against the floor, rows per CPU second and peak memory, on one residents file.

    python tests/benchmarks/bench_intake.py --rows 1000000 --rounds 3 --out intake.json

The floor is polars copying the UTF-8 file as strings to zstd-3 Parquet: nothing checked, nothing typed. Every run is a
fresh process, the kinds take turns, and the best round counts. CPU is that of the work, without the imports; memory is
the process's peak. GB18030 is held against the same floor, so its ratio shows what decoding adds; `dirty` is the same
file with 10 % of its rows spoilt and is held against the clean one. dlt and pandas (`intake_rivals`) run once; dlt's
way over dicts takes a part of the rows and is scaled.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROWS, ROUNDS = 1_000_000, 3
HERE = Path(__file__).parent
PLUGINS = HERE.parents[1] / "plugins"
OURS = ("floor", "utf-8", "gb18030", "dirty")
RIVALS = ("dlt-arrow", "dlt-dicts", "pandas")
KINDS = (*OURS, *RIVALS, "resident-id")
DICT_ROWS = 50_000
BAD_ROWS = 0.10
AS_OF = date(2025, 9, 30)
# What the project holds itself to; a ratio is against the floor, that of `dirty` against the clean file.
MOST_RATIO = {"utf-8": 1.6, "gb18030": 2.0}
MOST_RATIO_OF_DIRT = 1.3
LEAST_ROWS_PER_CPU_SECOND = 600_000
MOST_MEGABYTES = 1024
MOST_NANOSECONDS_A_RESIDENT_ID = 100


def run_floor(path: Path, out: Path) -> dict[str, float]:
    """Copies every field as text."""
    import polars as pl

    started = _Clock()
    pl.scan_csv(path, infer_schema=False, glob=False).sink_parquet(
        out / "copy.parquet", compression="zstd", compression_level=3
    )
    return started.seconds()


def run_engine(path: Path, out: Path) -> dict[str, float]:
    """Stages the file by its contract."""
    from citylake.contracts import load_contracts
    from citylake.staging.engine import stage_file

    contracts = load_contracts(HERE / "contracts")
    contract = contracts.datasets["bench__residents"]
    started = _Clock()
    staged = stage_file(path, contract, contracts.codes, "bench", out, file_name=path.name)
    return started.seconds() | {
        "rows_accepted": staged.rows_accepted,
        "rows_rejected": staged.rows_rejected,
        "rows_not_records": staged.rows_not_records,
    }


def run_rival(kind: str, path: Path, out: Path) -> dict[str, float]:
    """The file through another tool; imports are not counted, as they are not for the engine."""
    import intake_rivals

    importlib.import_module("pandas" if kind == "pandas" else "dlt")
    started = _Clock()
    if kind == "dlt-arrow":
        intake_rivals.by_dlt_arrow(path, out)
    elif kind == "dlt-dicts":
        intake_rivals.by_dlt_dicts(path, out, DICT_ROWS)
    else:
        intake_rivals.by_pandas(path, out)
    return started.seconds()


def run_resident_id(path: Path, out: Path) -> dict[str, float]:
    """The check of the resident IDs alone, best of several passes over the file's column."""
    import polars as pl

    from citylake.staging.identifiers import CHECKS

    ids = pl.read_csv(path, infer_schema=False, columns=[1], n_rows=1_000_000).to_series().rechunk().to_frame("id")
    passes = []
    for _ in range(7):
        started = _Clock()
        ids.select(CHECKS["resident_id"].is_valid(pl.col("id"), AS_OF))
        passes.append(started.seconds()["cpu_seconds"])
    return {"cpu_seconds": min(passes), "nanoseconds_a_row": round(min(passes) * 1e9 / ids.height, 1)}


class _Clock:
    """CPU and wall seconds since it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = _cpu_seconds(), time.perf_counter()

    def seconds(self) -> dict[str, float]:
        return {"cpu_seconds": _cpu_seconds() - self._cpu, "wall_seconds": time.perf_counter() - self._wall}


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(kind: str, path: Path) -> dict[str, float]:
    """One run in a fresh process: CPU and wall seconds, peak resident megabytes, and what the run says of itself."""
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as out:
        command = [sys.executable, __file__, "--child", kind, "--file", str(path), "--out", out]
        environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            said = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the run of {kind} ended with {process.returncode}")
        return json.loads(said.splitlines()[-1]) | {"peak_megabytes": used.ru_maxrss / 1024}


def run(rows: int = ROWS, rounds: int = ROUNDS, kinds: tuple[str, ...] = KINDS) -> dict[str, object]:
    """Prints the comparison and returns its figures, ready for JSON."""
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
        result = compare(rows, rounds, Path(folder), kinds)
    print(as_table(result))
    return result


def compare(rows: int, rounds: int, folder: Path, kinds: tuple[str, ...]) -> dict[str, object]:
    """Runs the kinds in turns on the same rows and keeps the best CPU and the worst memory of each."""
    sys.path.insert(0, str(HERE))
    from intake_rivals import missing

    special = {"gb18030": ["--encoding", "gb18030"], "dirty": ["--bad-rows", str(BAD_ROWS)]}
    files = {kind: folder / f"residents_{kind}.csv" for kind in ("utf-8", *special) if kind in ("utf-8", *kinds)}
    for kind, path in files.items():
        # By a process of its own: the peak memory of a run would otherwise begin at that of its parent.
        command = [sys.executable, HERE / "residents.py", "--rows", str(rows), "--out", path, *special.get(kind, [])]
        subprocess.run(command, check=True)
    absent = {kind: package for kind in kinds if (package := missing(kind))}
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds if kind not in absent}
    for turn in range(rounds):
        for kind in runs:
            if kind in OURS or turn == 0:
                runs[kind].append(measured(kind, files.get(kind, files["utf-8"])))
    best = {kind: min(found, key=lambda one: one["cpu_seconds"]) for kind, found in runs.items()}
    if "dlt-dicts" in best:
        scale = rows / min(rows, DICT_ROWS)
        best["dlt-dicts"] = best["dlt-dicts"] | {
            name: best["dlt-dicts"][name] * scale for name in ("cpu_seconds", "wall_seconds")
        }
    floor = best["floor"]["cpu_seconds"]
    summary = {
        kind: best[kind]
        | {
            "rows_per_cpu_second": round(rows / best[kind]["cpu_seconds"]),
            "cores_used": round(best[kind]["cpu_seconds"] / best[kind]["wall_seconds"], 2),
            "ratio_to_floor": round(best[kind]["cpu_seconds"] / floor, 2),
            "ratio_limit": MOST_RATIO.get(kind),
            "peak_megabytes": round(max(one["peak_megabytes"] for one in found)),
        }
        for kind, found in runs.items()
        if kind != "resident-id"
    }
    return {
        "rows": rows,
        "rounds": rounds,
        "kinds": summary,
        "dirt_to_clean": _ratio(best, "dirty", "utf-8"),
        "dirt_limit": MOST_RATIO_OF_DIRT,
        "against_ours": {kind: _ratio(best, kind, "utf-8") for kind in RIVALS if kind in best},
        "resident_id_nanoseconds": best.get("resident-id", {}).get("nanoseconds_a_row"),
        "not_installed": absent,
    }


def _ratio(best: dict[str, dict[str, float]], kind: str, base: str) -> float | None:
    if kind not in best or base not in best:
        return None
    return round(best[kind]["cpu_seconds"] / best[base]["cpu_seconds"], 2)


def as_table(result: dict[str, object]) -> str:
    """The comparison as text, limits beside the figures."""
    lines = [f"{'':10}{'rows/CPU s':>12}{'ratio':>8}{'limit':>8}{'cores':>7}{'peak MB':>9}{'CPU s':>9}{'wall s':>9}"]
    for kind, one in result["kinds"].items():
        lines.append(
            f"{kind:10}{one['rows_per_cpu_second']:>12,}{one['ratio_to_floor']:>8}{one['ratio_limit'] or '':>8}"
            f"{one['cores_used']:>7}{one['peak_megabytes']:>9}{one['cpu_seconds']:>9.2f}{one['wall_seconds']:>9.2f}"
        )
    lines.append(
        f"10 % bad rows: {result['dirt_to_clean']} x the clean file (limit {MOST_RATIO_OF_DIRT}); "
        f"resident ID: {result['resident_id_nanoseconds']} ns a row (limit {MOST_NANOSECONDS_A_RESIDENT_ID})"
    )
    lines += [f"{kind}: {ratio} x our CPU on the same file" for kind, ratio in result["against_ours"].items()]
    lines += [f"{kind}: not installed: pip install {package}" for kind, package in result["not_installed"].items()]
    lines.append(
        f"to hold: {LEAST_ROWS_PER_CPU_SECOND:,} rows per CPU second (utf-8), {MOST_MEGABYTES} MB; "
        f"dlt-dicts is measured on {DICT_ROWS:,} rows and scaled; it and dlt-arrow check nothing"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="the staging engine against the floor")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="the floor is always run")
    parser.add_argument("--out", type=Path, default=Path("intake.json"), help="file for the figures")
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print("\n" + json.dumps(_child(arguments.child, arguments.file, arguments.out)))
        return
    kinds = tuple(kind for kind in KINDS if kind == "floor" or kind in arguments.kinds)
    result = run(arguments.rows, arguments.rounds, kinds)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _child(kind: str, path: Path, out: Path) -> dict[str, float]:
    if kind == "floor":
        return run_floor(path, out)
    if kind == "resident-id":
        return run_resident_id(path, out)
    return run_rival(kind, path, out) if kind in RIVALS else run_engine(path, out)


if __name__ == "__main__":
    main()
