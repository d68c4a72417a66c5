"""Verdicts as pure functions: thresholds, empties, volume, decisions, and which revision counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citylake.contracts import Contract, load_contracts
from citylake.contracts.model import Volume
from citylake.contracts.reasons import REASONS
from citylake.contracts.revisions import Revision, standing
from citylake.settings import PACKAGE
from citylake.staging.verdict import judge
from citylake.staging.volume import check_volume, reason_of_checks

REGISTER = load_contracts(PACKAGE / "contracts").datasets["public_security__resident_register"]
CHECKED = REGISTER.model_copy(update={"volume": Volume(groups="household_division_code")})


def profile(rows: int, empty: float = 0.0, **groups: int) -> dict[str, Any]:
    return {"rows": rows, "null_share": {"person_register_no": empty}, "groups": groups}


def outcome(accepted: int, rejected: int = 0, kind: str = "increment", **more: Any) -> dict[str, Any]:
    counts = {"rows_accepted": accepted, "rows_rejected": rejected, "delivery_kind": kind}
    return counts | {"profile": profile(accepted), "decisions": []} | more


def verdict(found: dict[str, Any], *earlier: dict[str, Any], contract: Contract = REGISTER, **more: int) -> Any:
    said = judge(contract, found, earlier, **more)
    assert said["reason_code"] is None or said["reason_code"] in REASONS
    return said["status"], said["reason_code"]


def test_over_the_threshold_is_held_until_enough_rows_came_back_right() -> None:
    assert verdict(outcome(90, 10)) == ("accepted", None)
    assert verdict(outcome(89, 11)) == ("held", "delivery.over_threshold")
    assert verdict(outcome(89, 11), rows_settled=2) == ("accepted", None)


def test_an_answer_is_not_held_for_being_half_right() -> None:
    assert verdict(outcome(1, 1, "correction")) == ("accepted", None)


def test_an_empty_file_is_taken_only_where_empties_are_usual_and_nothing_is_taken_away() -> None:
    assert verdict(outcome(0)) == ("held", "file.no_records")
    assert verdict(outcome(0), profile(5)) == ("held", "file.no_records")
    assert verdict(outcome(0), profile(0)) == ("accepted", None)
    assert verdict(outcome(0), profile(0), rows_replaced=3) == ("held", "file.no_records")


def test_of_two_decisions_the_later_one_counts() -> None:
    release = {"event": "release", "actor": "a", "reason": "r"}
    withdraw = {"event": "withdraw", "actor": "a", "reason": "r"}
    assert verdict(outcome(1, 9, decisions=[release])) == ("accepted", "delivery.released")
    assert verdict(outcome(1, 9, decisions=[release, withdraw])) == ("superseded", "delivery.withdrawn")
    assert verdict(outcome(9, withdrawn_by="d2")) == ("superseded", "delivery.withdrawn")


def test_without_terms_or_with_too_few_to_compare_nothing_is_checked() -> None:
    assert check_volume(REGISTER, profile(1), [profile(100)] * 7) == []
    assert check_volume(CHECKED, profile(1), [profile(100)] * 2) == []
    assert reason_of_checks(check_volume(CHECKED, profile(1), [profile(100)] * 3)) == "delivery.volume_rows"


def test_only_the_last_seven_count() -> None:
    (rows, *_) = check_volume(CHECKED, profile(100), [*[profile(100)] * 7, *[profile(9)] * 20])
    assert (rows["usual"], rows["is_held"]) == (100, False)


def test_a_group_counts_as_usual_when_every_one_of_the_last_had_it() -> None:
    earlier = [profile(9, a=5, b=4), profile(9, a=9), profile(9, a=5, b=4)]
    checks = check_volume(CHECKED, profile(9, b=9), earlier)
    assert [(one["subject"], one["is_held"]) for one in checks if one["check"] == "group_gone"] == [("a", True)]
    assert reason_of_checks(checks) == "delivery.volume_group_gone"


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=7), st.integers(0, 5000))
def test_a_count_is_held_exactly_outside_its_limits(earlier: list[int], seen: int) -> None:
    (rows, *_) = check_volume(CHECKED, profile(seen), [profile(one) for one in earlier])
    assert rows["is_held"] == (not rows["low"] <= seen <= rows["high"])
    assert rows["low"] <= rows["usual"] <= rows["high"]


KINDS = ("full", "correction", "supplement", "withdrawal")


def revisions(*told: str) -> list[Revision]:
    """`full`, `correction` …, with `-` before what was withdrawn and `?` before what is held."""
    states = {"-": ("superseded", "delivery.withdrawn"), "?": ("held", None)}
    return [
        Revision(str(number), number, one.lstrip("-?"), *states.get(one[0], ("accepted", None)))
        for number, one in enumerate(told, 1)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (("full", "full"), {"2"}),
        (("full", "?full"), {"1"}),
        (("full", "-full", "withdrawal"), {"1", "3"}),
        (("full", "correction", "full", "correction"), {"3", "4"}),
        (("full", "correction", "-full", "correction", "withdrawal"), {"1", "2", "5"}),
        (("?full", "correction"), {"2"}),
        (("supplement",), {"1"}),
        (("-full", "correction"), set()),
    ],
)
def test_which_revisions_of_a_period_count(told: tuple[str, ...], expected: set[str]) -> None:
    assert standing(revisions(*told)) == expected


@given(st.lists(st.tuples(st.sampled_from(("", "-", "?")), st.sampled_from(KINDS)), max_size=8))
def test_at_most_one_whole_delivery_counts_and_nothing_that_was_not_taken(told: list[tuple[str, str]]) -> None:
    known = revisions(*(mark + kind for mark, kind in told))
    counts = standing(known)
    assert len([one for one in known if one.is_whole and one.delivery_id in counts]) <= 1
    assert all(one.status == "accepted" for one in known if one.delivery_id in counts)
