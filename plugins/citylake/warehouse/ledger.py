"""Every delivery with what became of it, read from the manifests and outcomes that landing and staging leave behind.

Manifests (`landing/…/manifest.json`) say what arrived; outcomes (`staging/<dataset>/<delivery>/outcome.json`), written
last, say what staging made of it. Both are the commit marks of their stage: without a mark a delivery has not happened.
Decisions of data stewards, on deliveries and on matches, and continuing issues lie in quarantine, one object each.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from citylake import decisions as steward
from citylake.contracts.revisions import standing
from citylake.errors import ObjectMissing
from citylake.lake import MANIFEST, OUTCOME, Lake, StoredObject
from citylake.settings import Settings
from citylake.warehouse.mirror import Mirror
from citylake.warehouse.outcomes import Decision, Delivery, Step, make_delivery

__all__ = ["Decision", "Delivery", "Ledger", "Step", "mark_superseded", "read_deliveries", "read_ledger"]
_DECISIONS = f"{steward.DELIVERIES}/"
_ISSUES = "_issues/"
_JUDGED = tuple(f"{kind.folder}/" for kind in (steward.MATCHES, steward.CONFLICTS))


@dataclass(frozen=True)
class Ledger:
    """All deliveries by delivery id, the issues that were ever opened, by issue id, and what stewards decided: what
    stands of each review and of each conflict between departments, by its number.
    """

    deliveries: list[Delivery]
    issues: Sequence[Mapping[str, Any]]
    match_decisions: Mapping[str, steward.Decision] = field(default_factory=dict)
    conflict_decisions: Mapping[str, steward.Decision] = field(default_factory=dict)


def read_deliveries(settings: Settings, business_date: date) -> list[Delivery]:
    """All deliveries as of a business date, by delivery id, without the files of their rows. Raises StoreError."""
    return read_ledger(Lake(settings), settings, business_date, with_rows=False).deliveries


def read_ledger(lake: Lake, settings: Settings, business_date: date, *, with_rows: bool = True) -> Ledger:
    """All deliveries as of a business date, their rows fetched into the mirror.

    Deliveries for periods that end later are left out, so that a back-filled date gives what it gave on its own night.
    """
    mirror = Mirror(lake, settings.warehouse_dir / "cache")
    manifests = mirror.fetch(item for item in lake.list("landing") if item.key.endswith(f"/{MANIFEST}"))
    staged = {item.key: item for item in lake.list("staging")}
    quarantined = {item.key: item for item in lake.list("quarantine")}
    outcomes = mirror.fetch(item for key, item in staged.items() if key.endswith(f"/{OUTCOME}"))
    notes = mirror.fetch(item for key, item in quarantined.items() if key.startswith((_DECISIONS, _ISSUES, *_JUDGED)))
    results = {result["delivery_id"]: result for result in map(_read_json, outcomes.values())}
    decisions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, path in sorted(notes.items()):
        if key.startswith(_DECISIONS):
            decisions[key.split("/")[1]].append(_read_json(path))
    deliveries, wanted = [], []
    for fact in map(_read_json, manifests.values()):
        result = results.get(fact["delivery_id"])
        files = _files(result, staged, quarantined)
        wanted += [item for items in files.values() for item in items]
        paths = {name: tuple(mirror.path(item) for item in items) for name, items in files.items()}
        deliveries.append(make_delivery(fact, result, decisions[fact["delivery_id"]], paths))
    if with_rows:
        mirror.fetch(wanted)
        mirror.prune()
    in_scope = [found for found in deliveries if found.period_end is None or found.period_end <= business_date]
    issues = [_read_json(path) for key, path in sorted(notes.items()) if key.startswith(_ISSUES)]
    deliveries = sorted(mark_superseded(in_scope), key=lambda found: found.delivery_id)
    return Ledger(deliveries, issues, _standing(steward.MATCHES, notes), _standing(steward.CONFLICTS, notes))


def _standing(kind: steward.Kind, notes: Mapping[str, Path]) -> dict[str, steward.Decision]:
    return steward.standing_decisions(
        steward.as_decision(kind, key, _read_json(path))
        for key, path in sorted(notes.items())
        if key.startswith(f"{kind.folder}/")
    )


def mark_superseded(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Of the accepted deliveries of one dataset and period only those that stand stay so (contracts.revisions).

    A held one waits for nobody any more when a newer whole delivery of its period has been accepted.
    """
    periods: dict[tuple[str | None, str | None], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        periods[delivery.dataset_id, delivery.business_period].append(delivery)
    return [marked for group in periods.values() for marked in _mark_period(group)]


def _mark_period(group: list[Delivery]) -> list[Delivery]:
    stands = standing(one.revision for one in group)
    newest = max((one.revision_no for one in group if one.delivery_id in stands and one.revision.is_whole), default=0)
    return [
        replace(found, status="superseded")
        if (found.is_active and found.delivery_id not in stands)
        or (found.status == "held" and found.revision_no < newest)
        else found
        for found in group
    ]


def _files(
    result: Mapping[str, Any] | None, staged: dict[str, StoredObject], quarantined: dict[str, StoredObject]
) -> dict[str, list[StoredObject]]:
    """The objects behind one outcome, by field of Delivery. Rows of a delivery that is not accepted are never read."""
    if result is None:
        return {}
    is_taken = result["status"] == "accepted"
    settled = [result["settled"]] if is_taken and result.get("settled") else []
    return {
        "parts": _objects("staging", staged, result["parts"] if is_taken else []),
        "quarantine": _objects("quarantine", quarantined, result["quarantine"]),
        "earlier_quarantine": _objects("quarantine", quarantined, result.get("earlier_quarantine") or []),
        "settled": _objects("quarantine", quarantined, settled),
    }


def _objects(bucket: str, listed: dict[str, StoredObject], keys: list[str]) -> list[StoredObject]:
    for key in keys:
        if key not in listed:
            raise ObjectMissing(bucket, key)
    return [listed[key] for key in keys]


def _read_json(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_bytes())
    return data
