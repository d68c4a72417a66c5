"""The store stops in the middle: one clear error soon, nothing lost, and the next run ends where it would have."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from citylake import landing, staging
from citylake.errors import StoreUnavailable
from citylake.lake import Lake
from citylake.orchestration import minio_server
from citylake.settings import Settings
from samples import residents_file

pytestmark = pytest.mark.store


def test_a_store_that_stops_between_landing_and_staging_loses_nothing(
    minio_binary: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYLAKE_MINIO_BIN", str(minio_binary))
    path = tmp_path / "户籍人口信息_20250930.csv"
    path.write_bytes(residents_file.text(*(residents_file.row(n) for n in range(5))).encode("gb18030"))
    # Short waits: the test is about what is said, not about how long a slow network is borne.
    settings = Settings(home=home, s3_connect_seconds=1, s3_read_seconds=2, s3_tries=1)

    with minio_server.running_store(settings) as connected:
        landing.deliver(connected, [path])
        landing.land(connected)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable) as error:
        staging.stage(connected)
    assert time.monotonic() - began < 30
    assert "重新运行" in error.value.action

    with minio_server.running_store(settings) as connected:
        assert staging.stage(connected).rows_accepted == 5
        assert staging.stage(connected).deliveries == 0
        assert not list(Lake(connected).list("inbox"))
