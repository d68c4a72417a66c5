"""The way back: corrected rows, by key or by correction list, settle what was sent back and touch nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from citylake import warehouse
from citylake.contracts import load_contracts
from citylake.lake import Lake
from citylake.settings import SHANGHAI, Settings
from citylake.staging import review
from citylake.warehouse.inputs import write_inputs
from citylake.warehouse.ledger import read_ledger
from samples.register import DATASET, Register, bad, good

pytestmark = pytest.mark.store
DAY = date(2025, 9, 30)
Names = Callable[[], dict[str, str]]


@pytest.fixture
def register(store: Settings, tmp_path: Path) -> Register:
    return Register(store, tmp_path / "files")


@pytest.fixture
def names(register: Register, tmp_path: Path) -> Names:
    """What the warehouse reads of the register: row number -> name."""

    def read() -> dict[str, str]:
        database = tmp_path / f"lake{len(list(tmp_path.glob('lake*')))}.duckdb"
        ledger = read_ledger(Lake(register.store), register.store, DAY)
        contracts = load_contracts(register.store.contracts)
        write_inputs(database, contracts, ledger, DAY, "20250930-aaaaaaaa", "key", None)
        with duckdb.connect(str(database), read_only=True) as connection:
            return dict(
                connection.execute(f"select person_register_no, person_name from lake.{DATASET} order by 1").fetchall()
            )

    return read


def test_a_returned_list_settles_the_rows_it_names_whatever_was_wrong_with_their_key(
    register: Register, names: Names
) -> None:
    rows = [good(n) for n in range(1, 40)]
    rows[3] = bad(4)
    rows[7] = good(8).replace("R000008", "")  # no key at all
    first = register.send(*rows)
    assert (register.outcome(first)["status"], register.outcome(first)["rows_rejected"]) == ("accepted", 2)
    answer = register.answer(first, (5, good(4)), (9, good(8, name="补了号")))
    found = register.outcome(answer)
    assert (found["status"], found["rows_accepted"], found["rows_rejected"]) == ("accepted", 2, 0)
    assert found["answers"] == {first: 2}
    assert register.settled(answer) == [(first, 5), (first, 9)]
    after = names()
    assert len(after) == 39
    assert after["R000008"] == "补了号"


def test_a_correction_file_settles_by_key_and_replaces_only_the_rows_it_names(register: Register, names: Names) -> None:
    first = register.send(good(1), bad(2), *(good(n) for n in range(3, 30)))
    fix = register.send(good(1, name="改名"), good(2, name="改对"), mark="_更正")
    assert register.outcome(fix)["answers"] == {first: 1}
    assert register.settled(fix) == [(first, 3)]
    after = names()
    assert (after["R000001"], after["R000002"], after["R000003"]) == ("改名", "改对", "王𠮷")
    assert len(after) == 29


def test_a_correction_of_a_row_that_nobody_knows_is_rejected_with_its_reason(register: Register, names: Names) -> None:
    register.send(*(good(n) for n in range(1, 20)))
    fix = register.send(good(3, name="改对"), good(77), mark="_更正")
    found = register.outcome(fix)
    assert (found["rows_accepted"], found["rows_rejected"], found["rows_in_file"]) == (1, 1, 3)
    rejected = register.quarantined(fix).filter(kind="row_rejected")
    assert rejected.select("line_number", "reason_code").rows() == [(3, "correction.no_such_row")]
    assert "R000077" in rejected["raw_row"][0]
    after = names()
    assert "R000077" not in after
    assert after["R000003"] == "改对"


def test_a_supplement_adds_rows_and_never_overwrites_one(register: Register, names: Names) -> None:
    first = register.send(good(1), good(2), bad(3), *(good(n) for n in range(4, 30)))
    more = register.send(good(2, name="覆盖"), good(3), good(50), mark="_补报")
    found = register.outcome(more)
    assert (found["rows_accepted"], found["rows_rejected"], found["answers"]) == (2, 1, {first: 1})
    rejected = register.quarantined(more).filter(kind="row_rejected")
    assert rejected.select("line_number", "reason_code").rows() == [(2, "supplement.row_exists")]
    after = names()
    assert after["R000002"] == "王𠮷"
    assert {"R000003", "R000050"} <= set(after)


def test_an_answer_that_is_wrong_once_more_is_answered_again_and_closes_both_lists(register: Register) -> None:
    first = register.send(bad(1), *(good(n) for n in range(2, 30)))
    wrong = register.answer(first, (2, bad(1)))
    found = register.outcome(wrong)
    assert (found["status"], found["rows_rejected"], found["settled"]) == ("accepted", 1, None)
    right = register.answer(wrong, (2, good(1)), suffix="-再报")
    assert register.settled(right) == sorted([(first, 2), (wrong, 2)])


def test_a_held_delivery_is_taken_by_itself_when_enough_of_it_came_back_right(register: Register, names: Names) -> None:
    held = register.send(*(bad(n) for n in range(1, 6)), *(good(n) for n in range(6, 30)))
    assert register.outcome(held)["status"] == "held"
    assert names() == {}
    register.answer(held, *((n + 1, good(n)) for n in range(1, 4)))
    assert register.outcome(held)["status"] == "accepted"
    assert len(names()) == 27
    check = next(step for step in register.outcome(held)["steps"] if step["step"] == "check")
    assert (check["status"], check["reason_code"]) == ("ok", None)


def test_a_held_answer_settles_nothing(register: Register, names: Names) -> None:
    first = register.send(bad(1), *(good(n) for n in range(2, 30)))
    answer = register.answer(first, (2, good(1)))
    outcome = register.outcome(answer) | {"status": "held"}
    Lake(register.store).put("staging", f"{DATASET}/{answer}/outcome.json", json.dumps(outcome).encode())
    ledger = read_ledger(Lake(register.store), register.store, DAY)
    assert [one.settled for one in ledger.deliveries] == [(), ()]
    assert "R000001" not in names()


def test_a_replay_keeps_what_was_before_and_settles_what_is_accepted_now(register: Register, names: Names) -> None:
    first = register.send(bad(1), *(good(n) for n in range(2, 30)))
    review.replay(register.store, first)
    found = register.outcome(first)
    assert found["replays"] == 1
    assert found["earlier_quarantine"] == [f"{DATASET}/{first}/rows-1.parquet"]
    assert all("/replay-1/" in key for key in found["parts"])
    lake = Lake(register.store)
    assert lake.exists("staging", f"{DATASET}/{first}/outcome-1.json")
    assert register.quarantined(first, "rows-1.parquet").filter(kind="row_rejected")["line_number"].to_list() == [2]
    (ledger,) = read_ledger(lake, register.store, DAY).deliveries
    assert len(ledger.earlier_quarantine) == 1
    assert [one.event for one in ledger.decisions] == ["replay"]
    assert len(names()) == 28


def test_a_replay_that_is_killed_leaves_what_was_and_can_be_repeated(
    register: Register, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = register.send(bad(1), *(good(n) for n in range(2, 30)))
    before = register.outcome(first)
    put = Lake.put

    def die(lake: Lake, bucket: str, key: str, *rest: object) -> None:
        if key.endswith("/outcome.json"):
            raise KeyboardInterrupt
        put(lake, bucket, key, *rest)

    monkeypatch.setattr(Lake, "put", die)
    with pytest.raises(KeyboardInterrupt):
        review.replay(register.store, first)
    monkeypatch.undo()
    assert register.outcome(first) == before
    assert len(names()) == 28
    review.replay(register.store, first)
    found = register.outcome(first)
    assert (found["replays"], found["earlier_quarantine"]) == (1, [f"{DATASET}/{first}/rows-1.parquet"])
    assert len(names()) == 28


def test_what_a_steward_decides_is_kept_with_who_when_and_why(register: Register) -> None:
    first = register.send(bad(1), *(good(n) for n in range(2, 30)))
    due = datetime(2025, 10, 20, 18, tzinfo=SHANGHAI)
    review.decide(register.store, first, "dispute", "口径不同")
    review.decide(register.store, first, "extend", "假期", due)
    review.decide(register.store, first, "close", "源头已无该户")
    (delivery,) = read_ledger(Lake(register.store), register.store, DAY).deliveries
    assert [(one.event, one.reason) for one in delivery.decisions] == [
        ("dispute", "口径不同"),
        ("extend", "假期"),
        ("close", "源头已无该户"),
    ]
    assert delivery.decisions[1].due_at == due.replace(tzinfo=None)
    assert all(one.actor and one.decided_at for one in delivery.decisions)
    with pytest.raises(review.DueDateMissing):
        review.decide(register.store, first, "extend", "假期")
    clean = register.send(good(90), day="20250929")
    with pytest.raises(review.NothingToAnswer):
        review.decide(register.store, clean, "close", "x")


def test_the_whole_round_stands_in_sql(register: Register) -> None:
    first = register.send(bad(1), bad(2), *(good(n) for n in range(3, 40)))
    register.answer(first, (2, good(1)))
    with built(register) as half:
        requests = half.execute("select status, rows_open, rows_settled from quality.fct_correction_requests")
        assert requests.fetchall() in ([("corrected", 1, 1)], [("overdue", 1, 1)])
    register.answer(first, (3, good(2)), suffix="-2")
    with built(register) as closed:
        requests = closed.execute(
            "select status, rows_open, closed_reason, request_id from quality.fct_correction_requests"
        )
        assert requests.fetchall() == [("closed", 0, "settled", f"JH-{first}")]
        rows = closed.execute(
            "select line_number, status from quality.fct_quarantined_rows where status <> 'noted' order by 1"
        )
        assert rows.fetchall() == [(2, "settled"), (3, "settled")]
        events = closed.execute("select event, row_count from quality.fct_correction_events order by all")
        assert events.fetchall() == [("answered", 1), ("answered", 1), ("closed", 2), ("opened", 2)]


def built(register: Register) -> duckdb.DuckDBPyConnection:
    """A build of the three tables that tell of corrections, and of what they are made from."""
    tables = "+fct_correction_requests +fct_quarantined_rows +fct_correction_events"
    build = warehouse.run_dbt(warehouse.prepare(DAY, register.store), tables, register.store)
    return duckdb.connect(str(build.database), read_only=True)
