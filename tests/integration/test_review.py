"""What a data steward decides about a held delivery: released with a reason that is kept, or staged again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from citylake import cli, landing, staging
from citylake.lake import Lake
from citylake.settings import PACKAGE, Settings, get_settings
from samples import residents_file

pytestmark = pytest.mark.store


def outcome(settings: Settings) -> dict[str, Any]:
    lake = Lake(settings)
    (key,) = [item.key for item in lake.list("staging") if item.key.endswith("outcome.json")]
    return dict(json.loads(lake.get("staging", key)))


@pytest.fixture
def held(store: Settings, tmp_path: Path) -> dict[str, Any]:
    """A delivery with a quarter of its rows rejected."""
    rows = [residents_file.row(n, resident_id="1" if n % 4 == 0 else residents_file.GOOD_ID) for n in range(40)]
    path = tmp_path / "户籍人口信息_20250930.csv"
    path.write_bytes(residents_file.text(*rows).encode("gb18030"))
    landing.deliver(store, [path])
    landing.land(store)
    staging.stage(store)
    found = outcome(store)
    assert found["status"] == "held"
    return found


def test_a_held_delivery_is_released_with_its_reason(store: Settings, held: dict[str, Any]) -> None:
    assert cli.main(["quarantine", "release", held["delivery_id"], "--reason", "已与市公安局核实"]) == 0
    after = outcome(store)
    assert (after["status"], after["parts"], after["rows_accepted"]) == ("accepted", held["parts"], 30)
    assert "已与市公安局核实" in after["message"]
    assert after["steps"][-1]["step"] == "release"


def test_what_is_not_held_cannot_be_released(
    store: Settings, held: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["quarantine", "release", held["delivery_id"], "--reason", "x"]
    assert [cli.main(arguments), cli.main(arguments)] == [0, 1]
    assert cli.main(["quarantine", "release", "no-such-delivery", "--reason", "x"]) == 1
    assert "no-such-delivery" in capsys.readouterr().err


def test_a_replay_stages_the_same_bytes_by_the_contract_of_today(
    store: Settings, held: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["quarantine", "replay", held["delivery_id"]]) == 0
    assert outcome(store)["status"] == "held"
    contract = "datasets/public_security__resident_register.yml"
    wider = tmp_path / "contracts"
    (wider / "datasets").mkdir(parents=True)
    for name in ("columns.yml", "codes.yml", contract):
        text = (PACKAGE / "contracts" / name).read_text(encoding="utf-8")
        (wider / name).write_text(text.replace("share_at_most: 0.1", "share_at_most: 0.5"), encoding="utf-8")
    monkeypatch.setenv("CITYLAKE_CONTRACTS", str(wider))
    get_settings.cache_clear()
    assert cli.main(["quarantine", "replay", held["delivery_id"]]) == 0
    assert outcome(store)["status"] == "accepted"
