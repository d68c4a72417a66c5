"""Revision, duplicate, correction, withdrawal: a delivery's place among those of its period."""

from __future__ import annotations

from typing import Any

import pytest

from citylake.landing.ranking import is_revision, rank

KINDS = {"F": "full", "C": "correction", "S": "supplement", "W": "withdrawal"}


def history(*deliveries: str, refused: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Ranks deliveries one after the other, each written `<kind><bytes>[><withdrawn id>]`; ids are d1, d2, …"""
    found: list[dict[str, Any]] = []
    for number, text in enumerate(deliveries, 1):
        what, _, withdraws = text.partition(">")
        manifest = {
            "delivery_id": f"d{number}",
            "delivery_kind": KINDS[what[0]],
            "file_sha256": what[1:],
            "withdraws": withdraws or None,
            "landing_key": f"k{number}",
        }
        found.append(manifest | rank(manifest, found, lambda delivery: delivery in refused))
    return found


def statuses(*deliveries: str, refused: tuple[str, ...] = ()) -> list[str]:
    return [one["status"] for one in history(*deliveries, refused=refused)]


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        (["Fa"], "landed"),
        (["Fa", "Fa"], "landed duplicate"),
        (["Fa", "Fb", "Fa"], "landed landed landed"),
        (["Fa", "Fb", "Fb", "Fa", "Fa"], "landed landed duplicate landed duplicate"),
        (["Fa", "Cx", "Cx"], "landed landed duplicate"),
        (["Fa", "Cx", "Cy", "Cx"], "landed landed landed landed"),
        (["Fa", "Sx", "Sy", "Sx"], "landed landed landed duplicate"),
        (["Fa", "Cx", "Fb", "Cx"], "landed landed landed landed"),
        (["Fa", "Cx", "Fa"], "landed landed duplicate"),
        (["Fa", "Ca"], "landed landed"),
        (["Fa", "W", "Fa"], "landed landed landed"),
        (["Fa", "Fb", "W", "Fa"], "landed landed landed duplicate"),
        (["Fa", "Fb", "W", "Fb"], "landed landed landed landed"),
        (["Fa", "Fb", "W", "W"], "landed landed landed duplicate"),
        (["Fa", "Fb", "Wwhy", "Wwhy too"], "landed landed landed landed"),
        (["W"], "refused"),
        (["Fa", "Wx", "Wy"], "landed landed refused"),
    ],
)
def test_the_same_bytes_are_a_duplicate_only_while_nothing_else_came_between(
    deliveries: list[str], expected: str
) -> None:
    assert " ".join(statuses(*deliveries)) == expected


def test_a_correction_is_no_revision_and_stands_beside_the_whole_it_was_landed_on() -> None:
    found = history("Fa", "Cx", "Fb", "Sy")
    assert [one["corrects"] for one in found] == [None, "d1", None, "d3"]
    assert [is_revision(one) for one in found] == [False, False, True, False]
    numbers = [one["revision_no"] for one in found]
    assert numbers == sorted(set(numbers)), "later deliveries never have an earlier number"


def test_a_withdrawal_takes_back_the_newest_revision_that_stands_and_can_be_published() -> None:
    assert history("Fa", "Fb", "W")[-1]["withdraws"] == "d2"
    assert history("Fa", "Fb", "W", "Wtoo")[-1]["withdraws"] == "d1"
    assert history("Fa", "Cx", "W")[-1]["withdraws"] == "d1"
    assert history("Fa", "Fb", "W", refused=("d2",))[-1]["withdraws"] == "d1"


def test_a_withdrawal_that_names_a_delivery_takes_back_that_one_or_is_refused() -> None:
    assert history("Fa", "Cx", "Fb", "W>d1")[-1]["withdraws"] == "d1"
    assert history("Fa", "Cx", "W>d2")[-1]["withdraws"] == "d2"
    assert statuses("Fa", "W>d9") == ["landed", "refused"]
    assert statuses("Fa", "W>d1", "Wtoo>d1") == ["landed", "landed", "refused"]


def test_a_withdrawal_can_be_taken_back() -> None:
    found = history("Fa", "W", "Wback>d2", "Fa")
    assert found[-1]["status"] == "duplicate", "the first revision stands again"


def test_after_a_withdrawal_corrections_belong_to_the_revision_that_stands_again() -> None:
    assert history("Fa", "Fb", "W", "Cx")[-1]["corrects"] == "d1"
