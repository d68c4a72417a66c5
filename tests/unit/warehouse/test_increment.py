"""A build that goes on from another: which deliveries it is told are new, gone or to be read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citylake.warehouse.increment import MOST_IN_A_ROW, Start, create_changes, may_start_from, open_earlier
from citylake.warehouse.outcomes import Delivery

EMPTY = Delivery(
    **dict.fromkeys(Delivery.__dataclass_fields__)
    | dict.fromkeys(("steps", "quarantine", "earlier_quarantine", "decisions", "headers", "volume", "settled"), ())
)
LOCK = {
    "business_date": "2025-09-30",
    "code": "c",
    "packages": {"duckdb": "1"},
    "contracts": {"a": 1},
    "person_key": "k",
}


def delivery(
    delivery_id: str, content: str = "x", kind: str = "full", period: str = "2025-09", **facts: object
) -> Delivery:
    whole = replace(EMPTY, delivery_id=delivery_id, dataset_id="d", business_period=period, delivery_kind=kind)
    return replace(whole, status="accepted", parts=(Path(f"{content}.parquet"),), **facts)


def changes(folder: Path, before: list[Delivery] | None, after: list[Delivery]) -> set[tuple[str, str]]:
    start = None
    if before is not None:
        start = Start("b", folder / "before.duckdb", 0)
        start.database.unlink(missing_ok=True)
        with duckdb.connect(str(start.database)) as connection:
            _prepare(connection, None, before)
    with duckdb.connect() as connection:
        if start is not None:
            connection.execute("create schema lake")  # as it stands in the copy of the earlier build
        _prepare(connection, start, after)
        return set(connection.execute("select delivery_id, change from lake.changed_deliveries").fetchall())


def _prepare(connection: duckdb.DuckDBPyConnection, start: Start | None, deliveries: list[Delivery]) -> None:
    open_earlier(connection, start)
    connection.execute("create schema lake")
    connection.execute("create table lake.match_decisions (review_id varchar, decision varchar)")
    create_changes(connection, deliveries, start)


def test_from_nothing_everything_is_added(tmp_path: Path) -> None:
    assert changes(tmp_path, None, [delivery("d1"), delivery("d2")]) == {("d1", "added"), ("d2", "added")}


def test_only_what_differs_is_named(tmp_path: Path) -> None:
    before = [delivery("d1"), delivery("d2"), delivery("d3", "old")]
    after = [delivery("d1"), replace(delivery("d2"), status="superseded"), delivery("d3", "new"), delivery("d4")]
    expected = {("d2", "removed"), ("d3", "removed"), ("d3", "added"), ("d4", "added")}
    assert changes(tmp_path, before, after) == expected


def test_a_correction_has_its_whole_period_read_again_and_no_other(tmp_path: Path) -> None:
    before = [delivery("d1"), delivery("d2", period="2025-08")]
    after = [*before, delivery("d3", kind="correction")]
    assert changes(tmp_path, before, after) == {("d1", "removed"), ("d1", "added"), ("d3", "added")}
    assert changes(tmp_path, after, before) == {("d1", "removed"), ("d1", "added"), ("d3", "removed")}


_IDS = st.sampled_from("abcdef")
_STATES = st.dictionaries(_IDS, st.tuples(st.sampled_from("xyz"), st.sampled_from(["full", "correction"])), max_size=6)


@given(before=_STATES, after=_STATES)
def test_taking_away_and_adding_what_is_named_leads_from_one_state_to_the_other(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]
) -> None:
    def lists(state: dict[str, tuple[str, str]]) -> list[Delivery]:
        return [delivery(key, content, kind) for key, (content, kind) in state.items()]

    named = changes(tmp_path_factory.mktemp("lake"), lists(before), lists(after))
    contents = {key: content for key, (content, _) in before.items()}
    for key, change in named:
        if change == "removed":
            contents.pop(key)
    for key, change in named:
        if change == "added":
            assert key not in contents
            contents[key] = after[key][0]
    assert contents == {key: content for key, (content, _) in after.items()}


@pytest.mark.parametrize("other", [{"code": "d"}, {"packages": {}}, {"contracts": {}}, {"person_key": "l"}])
def test_a_build_of_other_code_contracts_or_key_is_no_start(other: dict[str, object]) -> None:
    assert may_start_from(LOCK, LOCK, 0)
    assert not may_start_from(LOCK | other, LOCK, 0)


def test_a_build_never_goes_back_in_time_and_begins_anew_now_and_then() -> None:
    earlier = LOCK | {"business_date": "2025-09-29"}
    assert may_start_from(earlier, LOCK, MOST_IN_A_ROW - 1)
    assert not may_start_from(LOCK, earlier, 0)
    assert not may_start_from(earlier, LOCK, MOST_IN_A_ROW)
