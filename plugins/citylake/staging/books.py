"""The outcomes of one dataset's deliveries: which have one, what stands in a period, what the last periods looked like.

Everything is answered from keys and outcomes; each outcome is read at most once a run, and a night without anything new
reads none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from citylake.contracts import Contracts, Period
from citylake.contracts.revisions import Revision, standing
from citylake.errors import DateUnreadable
from citylake.lake import OUTCOME, Lake
from citylake.settings import Settings
from citylake.staging.volume import LAST

Outcome = dict[str, Any]


class Books:
    """`landed`: the keys of the manifests of one dataset; outcomes are looked up in the store."""

    def __init__(self, lake: Lake, dataset: str, landed: list[str]) -> None:
        self._lake, self._dataset = lake, dataset
        self._read: dict[str, Outcome] = {}
        found = lake.list("staging", f"{dataset}/")
        self._staged = {PurePosixPath(item.key).parts[1] for item in found if item.key.endswith(f"/{OUTCOME}")}
        self._periods: dict[str, list[str]] = defaultdict(list)
        for key in sorted(landed):
            _, _, period, delivery_id, _ = key.split("/")
            self._periods[period].append(delivery_id)
        self.waiting = [key for key in sorted(landed) if key.split("/")[3] not in self._staged]

    def key(self, delivery_id: str, name: str = OUTCOME) -> str:
        return f"{self._dataset}/{delivery_id}/{name}"

    def outcome(self, delivery_id: str) -> Outcome:
        """The outcome of a staged delivery."""
        if delivery_id not in self._read:
            self._read[delivery_id] = json.loads(self._lake.get("staging", self.key(delivery_id)))
        return self._read[delivery_id]

    def note(self, outcome: Outcome) -> None:
        """Takes an outcome into account that is not written yet."""
        self._staged.add(outcome["delivery_id"])
        self._read[outcome["delivery_id"]] = outcome

    def write(self, outcome: Outcome) -> None:
        """Puts an outcome into the lake: the commit mark of its delivery."""
        self.note(outcome)
        text = json.dumps(outcome, ensure_ascii=False, indent=1)
        self._lake.put("staging", self.key(outcome["delivery_id"]), text.encode())

    def of_period(self, period: str) -> list[Outcome]:
        """Outcomes of the deliveries of one period, by revision."""
        known = [self.outcome(one) for one in self._periods.get(period, []) if one in self._staged]
        return sorted(known, key=lambda one: int(one.get("revision_no") or 1))

    def standing(self, period: str, *, with_held: bool = False) -> list[Outcome]:
        """Those whose rows count, by revision. With `with_held` a held one counts as if it had been taken."""
        known = self.of_period(period)
        taken = ("accepted", "held") if with_held else ("accepted",)
        ids = standing(revision(one, "accepted" if one["status"] in taken else one["status"]) for one in known)
        return [one for one in known if one["delivery_id"] in ids]

    def before(self, period: str) -> list[dict[str, Any]]:
        """Profiles of the last accepted whole deliveries with earlier periods of the same length, newest first."""
        found: list[dict[str, Any]] = []
        for earlier in reversed(self._like(period)):
            if earlier < period and len(found) < LAST:
                found += [
                    profile for one in self.standing(earlier) if is_whole(one) and (profile := one.get("profile"))
                ]
        return found[:LAST]

    def after(self, period: str) -> Iterator[str]:
        """Later periods of the same length, in order."""
        return (later for later in self._like(period) if later > period)

    def _like(self, period: str) -> list[str]:
        """Periods as long as this one: a day is not compared with the month that the first file held."""
        return sorted(one for one in self._periods if len(one) == len(period) and _is_period(one))


@dataclass(frozen=True)
class Desk:
    """What staging one delivery needs: the store, the contracts, the outcomes of its dataset."""

    lake: Lake
    contracts: Contracts
    settings: Settings
    books: Books


def revision(outcome: Outcome, status: str | None = None) -> Revision:
    """An outcome as the rule of revisions sees it."""
    return Revision(
        outcome["delivery_id"],
        int(outcome.get("revision_no") or 1),
        outcome.get("delivery_kind"),
        status or outcome["status"],
        outcome.get("reason_code"),
    )


def is_whole(outcome: Outcome) -> bool:
    return revision(outcome).is_whole


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except DateUnreadable:
        return False
    return True
