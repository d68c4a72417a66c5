"""The ledger: which deliveries count, and how little is fetched to know it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from citylake.contracts import load_contracts
from citylake.errors import ObjectMissing
from citylake.settings import Settings
from citylake.warehouse.ledger import Delivery, Ledger, mark_superseded, read_ledger
from citylake.warehouse.lock import inputs_digest, make_inputs

DAY = date(2025, 9, 30)
DATASET = "human_resources__social_security_cards"


def arrive(lake: Any, delivery_id: str, period: str = "2025-09", *, revision: int = 1, status: str = "landed") -> None:
    manifest = {
        "delivery_id": delivery_id,
        "dataset_id": DATASET,
        "department_id": "human_resources",
        "department_zh": "市人社局",
        "business_period": period,
        "delivery_kind": "increment",
        "revision_no": revision,
        "file_name": "f.csv",
        "file_sha256": delivery_id * 8,
        "size_bytes": 3,
        "received_at": "2025-09-30T16:30:00+00:00",
        "status": status,
        "contract_version": 1,
    }
    key = f"human_resources/{DATASET}/{period}/{delivery_id}/manifest.json"
    lake.put("landing", key, json.dumps(manifest).encode())


def stage(lake: Any, delivery_id: str, status: str = "accepted", part: bytes | None = b"rows") -> None:
    parts = [f"{DATASET}/{delivery_id}/part-0000.parquet"] if part else []
    outcome = {"delivery_id": delivery_id, "status": status, "parts": parts, "quarantine": [], "rows_accepted": 1}
    outcome["steps"] = [{"step": "read", "status": "ok", "started_at": "2025-10-01T00:31:00+08:00"}]
    for key in parts:
        lake.put("staging", key, part)
    lake.put("staging", f"{DATASET}/{delivery_id}/outcome.json", json.dumps(outcome).encode())


def read(lake: Any, settings: Settings, day: date = DAY) -> dict[str, Delivery]:
    return {one.delivery_id: one for one in read_ledger(lake, settings, day).deliveries}


def test_the_highest_accepted_revision_counts_and_earlier_ones_are_superseded(settings: Settings, lake: Any) -> None:
    for revision, delivery_id in enumerate(("d1", "d2", "d3"), 1):
        arrive(lake, delivery_id, revision=revision)
        stage(lake, delivery_id, "held" if delivery_id == "d3" else "accepted")
    found = read(lake, settings)
    assert {key: one.status for key, one in found.items()} == {"d1": "superseded", "d2": "accepted", "d3": "held"}
    assert [key for key, one in found.items() if one.is_active] == ["d2"]


def test_a_correction_stands_beside_the_revision_it_corrects_and_falls_with_it() -> None:
    base = Delivery(**dict.fromkeys(Delivery.__dataclass_fields__) | {"steps": (), "parts": (), "quarantine": ()})
    whole = replace(base, delivery_id="d1", revision_no=1, delivery_kind="full", status="accepted")
    correction = replace(whole, delivery_id="d2", revision_no=2, delivery_kind="correction")
    assert [one.status for one in mark_superseded([whole, correction])] == ["accepted", "accepted"]
    later = replace(whole, delivery_id="d3", revision_no=3)
    assert [one.status for one in mark_superseded([whole, correction, later])] == [
        "superseded",
        "superseded",
        "accepted",
    ]


def test_periods_that_end_after_the_business_date_are_not_known_yet(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1", "2025-09-29")
    arrive(lake, "d2", "2025-09-30")
    arrive(lake, "d3", "2025-09")
    assert list(read(lake, settings, date(2025, 9, 29))) == ["d1"]
    assert list(read(lake, settings, date(2025, 9, 30))) == ["d1", "d2", "d3"]


def test_a_landed_file_that_staging_has_not_reached_counts_as_held_and_says_so(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1")
    assert (read(lake, settings)["d1"].status, read(lake, settings)["d1"].reason_code) == ("held", "not_staged")


def test_moments_are_shanghai_wall_time_and_every_step_is_kept(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1")
    stage(lake, "d1")
    found = read(lake, settings)["d1"]
    assert str(found.received_at) == "2025-10-01 00:30:00"
    assert [step.step for step in found.steps] == ["land", "read"]


def test_a_second_night_fetches_only_what_is_new_and_forgets_what_is_gone(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1", "2025-09-29")
    stage(lake, "d1")
    read(lake, settings)
    assert len(lake.downloads) == 3
    read(lake, settings)
    assert len(lake.downloads) == 3
    arrive(lake, "d2", "2025-09-30")
    stage(lake, "d2", part=b"other rows")
    read(lake, settings)
    assert len(lake.downloads) == 6
    for bucket, key in [one for one in lake.objects if "d1" in one[1]]:
        lake.remove(bucket, key)
    read(lake, settings)
    kept = list((settings.warehouse_dir / "cache").glob("*/*"))
    assert len(kept) == 3


def test_a_released_delivery_is_read_anew_though_its_key_is_the_same(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1")
    stage(lake, "d1", "held")
    before = read(lake, settings)["d1"]
    stage(lake, "d1", "accepted")
    after = read(lake, settings)["d1"]
    assert (before.parts, len(after.parts)) == ((), 1)
    assert before.content != after.content


def test_other_rows_change_the_content_and_another_run_time_does_not(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1")
    stage(lake, "d1")
    before = read(lake, settings)["d1"].content
    key = ("staging", f"{DATASET}/d1/outcome.json")
    lake.objects[key] = lake.objects[key].replace(b"00:31", b"00:59")
    assert read(lake, settings)["d1"].content == before
    stage(lake, "d1", part=b"corrected")
    assert read(lake, settings)["d1"].content != before


def test_an_outcome_whose_rows_are_gone_is_an_error_that_names_the_object(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1")
    stage(lake, "d1")
    lake.remove("staging", f"{DATASET}/d1/part-0000.parquet")
    with pytest.raises(ObjectMissing) as raised:
        read(lake, settings)
    assert raised.value.key.endswith("d1/part-0000.parquet")


def test_a_decision_and_an_issue_are_read_and_a_decision_changes_the_content(settings: Settings, lake: Any) -> None:
    arrive(lake, "d1")
    stage(lake, "d1")
    before = read(lake, settings)["d1"].content
    decision = {"event": "dispute", "delivery_id": "d1", "at": "2025-10-01T08:00:00+08:00", "reason": "口径不同"}
    lake.put("quarantine", "_decisions/d1/20251001T080000-dispute.json", json.dumps(decision).encode())
    lake.put("quarantine", "_issues/i1.json", json.dumps({"issue_id": "i1"}).encode())
    ledger = read_ledger(lake, settings, DAY)
    (found,) = ledger.deliveries
    assert [(one.event, one.reason, str(one.decided_at)) for one in found.decisions] == [
        ("dispute", "口径不同", "2025-10-01 08:00:00")
    ]
    assert found.content != before
    assert [one["issue_id"] for one in ledger.issues] == ["i1"]


def test_an_issue_that_is_only_seen_again_makes_no_new_build_and_one_that_closes_does(settings: Settings) -> None:
    def digest(**issue: Any) -> str:
        contracts = load_contracts(settings.contracts)
        return inputs_digest(make_inputs(settings, contracts, Ledger([], [{"issue_id": "i1", **issue}]), DAY))

    opened = digest(times_seen=1, closed_at=None)
    assert digest(times_seen=2, closed_at=None) == opened
    assert digest(times_seen=2, closed_at="2025-10-02T08:00:00") != opened


def test_a_held_delivery_is_superseded_by_a_newer_one_that_was_accepted(settings: Settings, lake: Any) -> None:
    for revision, (delivery_id, status) in enumerate((("d1", "held"), ("d2", "accepted"), ("d3", "held")), 1):
        arrive(lake, delivery_id, revision=revision)
        stage(lake, delivery_id, status)
    assert [one.status for one in read(lake, settings).values()] == ["superseded", "accepted", "held"]
