"""Law 3: kill it before any write, run again: the same final state, nothing doubled, no orphan."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from citylake import landing, staging
from citylake.lake import BUCKETS, Lake
from citylake.settings import PROJECT, Settings
from samples import residents_file
from samples.buckets import empty_buckets

pytestmark = pytest.mark.store
NIGHT = Path(__file__).with_name("night_cut_short.py")
MOMENT = 1_759_200_000  # 2025-09-30 10:40 in Shanghai


def deliver_two_files(settings: Settings, folder: Path) -> None:
    inbox = folder / "public_security"
    inbox.mkdir(parents=True, exist_ok=True)
    rows = [residents_file.row(n) for n in range(3)]
    good = inbox / "户籍人口信息_20250929.csv"
    good.write_bytes(residents_file.text(*rows, residents_file.row(9, resident_id="1")).encode("gb18030"))
    unknown = inbox / "没有契约.csv"
    unknown.write_text("a,b\n", encoding="utf-8")
    for path in (good, unknown):
        os.utime(path, (MOMENT, MOMENT))
    landing.deliver(settings, [good, unknown], keep_times=True)


def state(settings: Settings) -> dict[str, str]:
    """Every object with the hash of its bytes; moments of outcomes and versions of inbox objects are left out."""
    lake = Lake(settings)
    found = {}
    for bucket in BUCKETS:
        for item in lake.list(bucket):
            data = re.sub(rb'"version_id": "[^"]*"', b"", lake.get(bucket, item.key))
            if item.key.endswith("outcome.json"):
                data = data.split(b'"steps"')[0]
            found[f"{bucket}/{item.key}"] = hashlib.sha256(data).hexdigest()
    return found


def run_cut_short(nth: int) -> int:
    environment = dict(os.environ, PYTHONPATH=str(PROJECT / "plugins"))
    return subprocess.run([sys.executable, str(NIGHT), str(nth)], env=environment, capture_output=True).returncode


def test_a_night_killed_before_any_write_ends_in_the_same_state_when_run_again(store: Settings, tmp_path: Path) -> None:
    deliver_two_files(store, tmp_path)
    landing.land(store)
    staging.stage(store)
    whole = state(store)
    assert any(key.endswith("part-0000.parquet") for key in whole)

    killed = 0
    for nth in range(1, 40):
        empty_buckets(store)
        deliver_two_files(store, tmp_path)
        code = run_cut_short(nth)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        killed += 1
        landing.land(store)
        staging.stage(store)
        assert state(store) == whole, f"killed before write {nth}"
    assert killed >= 8
