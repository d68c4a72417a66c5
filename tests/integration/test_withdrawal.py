"""Taking back: a withdrawal puts the period where it was before, by the department's file or a steward's word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from citylake.lake import Lake
from citylake.settings import Settings
from citylake.staging import review
from citylake.warehouse.ledger import read_ledger
from samples.register import Register, bad, good

pytestmark = pytest.mark.store
DAY = date(2025, 9, 30)


@pytest.fixture
def register(store: Settings, tmp_path: Path) -> Register:
    return Register(store, tmp_path / "files")


def statuses(register: Register) -> dict[str, str]:
    ledger = read_ledger(Lake(register.store), register.store, DAY)
    return {one.delivery_id: one.status for one in ledger.deliveries}


def test_a_withdrawal_takes_back_the_newest_revision_and_the_one_before_stands_again(register: Register) -> None:
    first = register.send(good(1))
    second = register.send(good(2))
    assert statuses(register) == {first: "superseded", second: "accepted"}
    back = register.send(mark="_撤回")
    assert statuses(register) == {first: "accepted", second: "superseded", back: "accepted"}
    found = register.outcome(back)
    assert (found["withdraws"], found["rows_accepted"], found["rows_in_file"]) == (second, 0, 0)
    taken = register.outcome(second)
    assert (taken["withdrawn_by"], taken["reason_code"]) == (back, "delivery.withdrawn")


def test_a_correction_falls_with_the_revision_it_stands_beside_and_rises_with_it(register: Register) -> None:
    first = register.send(good(1))
    on_first = register.send(good(1, name="甲"), mark="_更正")
    second = register.send(good(2))
    on_second = register.send(good(2, name="乙"), mark="_更正")
    before = statuses(register)
    assert [before[one] for one in (first, on_first, second, on_second)] == [
        "superseded",
        "superseded",
        "accepted",
        "accepted",
    ]
    review.withdraw(register.store, second, "重复导出")
    after = statuses(register)
    assert [after[one] for one in (first, on_first, second, on_second)] == [
        "accepted",
        "accepted",
        "superseded",
        "superseded",
    ]


def test_a_withdrawal_that_is_withdrawn_itself_gives_back_what_it_had_taken(register: Register) -> None:
    first, second = register.send(good(1)), register.send(good(2))
    back = register.send(mark="_撤回")
    review.withdraw(register.store, back, "撤回有误")
    assert statuses(register) == {first: "superseded", second: "accepted", back: "superseded"}
    assert register.outcome(second)["reason_code"] is None


def test_what_does_not_stand_cannot_be_withdrawn(register: Register) -> None:
    first = register.send(good(1))
    review.withdraw(register.store, first, "误报")
    with pytest.raises(review.DeliveryNotStanding):
        review.withdraw(register.store, first, "误报")
    with pytest.raises(review.DeliveryUnknown):
        review.withdraw(register.store, "20250930T000000-000000000000", "误报")


def test_a_held_delivery_waits_for_nobody_once_a_better_one_has_come(register: Register) -> None:
    held = register.send(*(bad(n) for n in range(9)), good(10))
    assert statuses(register) == {held: "held"}
    right = register.send(*(good(n) for n in range(10)))
    assert statuses(register) == {held: "superseded", right: "accepted"}


def test_a_run_that_is_killed_before_the_withdrawal_is_written_ends_in_the_same_state(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = register.send(good(1)), register.send(good(2))
    back = register.put("再次导出有误".encode(), "户籍人口信息_20250930_撤回.csv", stage=False)
    put, written = Lake.put, []

    def die(lake: Lake, bucket: str, key: str, *rest: object) -> None:
        written.append(key)
        if back in key:
            raise KeyboardInterrupt
        put(lake, bucket, key, *rest)

    monkeypatch.setattr(Lake, "put", die)
    with pytest.raises(KeyboardInterrupt):
        register.stage()
    monkeypatch.undo()
    assert any(second in key for key in written), "the withdrawn revision is written before the withdrawal"
    register.stage()
    assert statuses(register) == {first: "accepted", second: "superseded", back: "accepted"}
