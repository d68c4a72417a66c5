"""`make bench`: runs every `bench_*.py` beside this file in a process of its own and gathers their figures in one file.

A benchmark is a script that takes `--out FILE`, prints its table and writes its figures there as JSON. Ratios and CPU
seconds are what is compared from machine to machine; an absolute time holds only for the machine it was taken on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from citylake.orchestration.minio_build import minio_binary
from citylake.settings import get_settings

HERE = Path(__file__).parent


def main() -> int:
    """Returns 0 when every benchmark ran and held what it holds itself to."""
    parser = argparse.ArgumentParser(description="all benchmarks")
    parser.add_argument("--out", type=Path, default=Path("benchmarks.json"), help="file for all figures")
    parser.add_argument("names", nargs="*", help="benchmarks to run, e.g. bench_intake (default: all)")
    options = parser.parse_args()
    results: dict[str, object] = {
        "machine": {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    }
    # Each benchmark has a home of its own; the server's binary is found or built once for all of them.
    os.environ["CITYLAKE_MINIO_BIN"] = str(minio_binary(get_settings()))
    failed = []
    for path in sorted(HERE.glob("bench_*.py")):
        if options.names and path.stem not in options.names:
            continue
        print(f"\n== {path.stem}", flush=True)
        with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
            out = Path(folder) / "figures.json"
            if subprocess.run([sys.executable, path, "--out", out], check=False).returncode != 0:
                failed.append(path.stem)
            if out.exists():
                results[path.stem] = json.loads(out.read_text(encoding="utf-8"))
    options.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\nfigures: {options.out}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
