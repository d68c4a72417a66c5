"""The simulated city: exported rows per CPU second and peak memory, all datasets, dirt included.

    python tests/benchmarks/bench_simulator.py --people 5300000 --months 1 --out simulator.json

CPU seconds and memory are those of the whole process with all its threads, from an empty folder to the last file of the
truth; the world that nobody exports and the truth are counted, so small cities look worse than they are.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from citylake import simulator

LEAST_ROWS_A_SECOND = 300_000
MOST_MEGABYTES = 2_000


def measure(people: int, months: int, faults: simulator.Faults, seed: int) -> dict[str, float]:
    """One city, written and thrown away: rows, CPU seconds, rows a CPU second, megabytes written and in memory."""
    with tempfile.TemporaryDirectory(prefix="citylake-city-") as folder:
        before, began = time.process_time(), time.monotonic()
        summary = simulator.simulate(Path(folder), people, months, seed, faults=faults)
        cpu, wall = time.process_time() - before, time.monotonic() - began
    # Linux counts kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**10 if sys.platform == "linux" else 2**20)
    return {
        "people": people,
        "months": months,
        "files": summary.files,
        "rows": summary.rows,
        "megabytes": round(summary.size_bytes / 2**20),
        "faults": summary.faults,
        "cpu_s": round(cpu, 1),
        "wall_s": round(wall, 1),
        "rows_per_cpu_s": round(summary.rows / cpu),
        "peak_mb": round(peak),
    }


def main() -> None:
    """Prints one city's figures beside what is asked of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--faults", choices=("none", "usual", "all"), default="usual")
    parser.add_argument("--seed", type=int, default=20250930)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    found = measure(given.people, given.months, given.faults, given.seed)
    for name, value in found.items():
        print(f"{name:16} {value:>14,}")
    print(f"asked            {LEAST_ROWS_A_SECOND:>14,} rows a CPU second, below {MOST_MEGABYTES:,} MB")
    if given.out:
        given.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
