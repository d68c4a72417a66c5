"""Every delivery with what became of it, read from the manifests and outcomes that landing and staging leave behind.

Manifests (`landing/…/manifest.json`) say what arrived; outcomes (`staging/<dataset>/<delivery>/outcome.json`), written
last, say what staging made of it. Both are the commit marks of their stage: without a mark a delivery has not happened.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from citylake.contracts import Period
from citylake.errors import ObjectMissing
from citylake.lake import Lake, StoredObject
from citylake.settings import SHANGHAI, Settings
from citylake.warehouse.mirror import Mirror

_MANIFEST = "/manifest.json"
_OUTCOME = "/outcome.json"
NOT_STAGED = "not_staged"


@dataclass(frozen=True)
class Step:
    """One step of one delivery, as `quality.fct_outcomes` shows it."""

    delivery_id: str
    step: str
    status: str
    started_at: datetime | None
    finished_at: datetime | None
    reason_code: str | None
    message: str | None


@dataclass(frozen=True)
class Delivery:
    """One delivery: the columns of `lake.deliveries`, its steps, and the local files of its rows."""

    delivery_id: str
    dataset_id: str | None
    department_id: str | None
    department_zh: str | None
    business_period: str | None
    period_start: date | None
    period_end: date | None
    revision_no: int
    delivery_kind: str | None
    file_name: str
    file_sha256: str
    size_bytes: int
    received_at: datetime | None
    due_at: datetime | None
    is_late: bool | None
    contract_version: int | None
    status: str
    rows_in_file: int | None
    rows_accepted: int | None
    rows_rejected: int | None
    rows_not_records: int | None
    reason_code: str | None
    message: str | None
    origin: str | None
    steps: tuple[Step, ...] = ()
    parts: tuple[Path, ...] = ()
    quarantine: tuple[Path, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.status == "accepted"

    @property
    def content(self) -> str:
        """A hash of what the warehouse takes from this delivery: status, counts and the bytes of its rows.

        Mirror file names carry the objects' ETags, so other rows give another hash, and another run time does not.
        """
        counts = (self.rows_in_file, self.rows_accepted, self.rows_rejected, self.rows_not_records)
        facts = [self.status, *map(str, counts), *(path.stem for path in (*self.parts, *self.quarantine))]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def read_deliveries(settings: Settings, business_date: date) -> list[Delivery]:
    """All deliveries as of a business date, by delivery id, without the files of their rows. Raises StoreError."""
    return read_ledger(Lake(settings), settings, business_date, with_rows=False)


def read_ledger(lake: Lake, settings: Settings, business_date: date, *, with_rows: bool = True) -> list[Delivery]:
    """All deliveries as of a business date, by delivery id, their rows fetched into the mirror.

    Deliveries for periods that end later are left out, so that a back-filled date gives what it gave on its own night.
    """
    mirror = Mirror(lake, settings.warehouse_dir / "cache")
    manifests = mirror.fetch(item for item in lake.list("landing") if item.key.endswith(_MANIFEST))
    staged = {item.key: item for item in lake.list("staging")}
    rejected = {item.key: item for item in lake.list("quarantine")}
    outcomes = mirror.fetch(item for key, item in staged.items() if key.endswith(_OUTCOME))
    facts = [_read_json(path) for path in manifests.values()]
    results = {result["delivery_id"]: result for result in map(_read_json, outcomes.values())}
    wanted = [_needed(results.get(fact["delivery_id"]), staged, rejected) for fact in facts]
    if with_rows:
        mirror.fetch(item for parts, quarantine in wanted for item in (*parts, *quarantine))
        mirror.prune()
    deliveries = [
        replace(
            _delivery(fact, results.get(fact["delivery_id"])),
            parts=tuple(mirror.path(item) for item in parts),
            quarantine=tuple(mirror.path(item) for item in quarantine),
        )
        for fact, (parts, quarantine) in zip(facts, wanted, strict=True)
    ]
    in_scope = [found for found in deliveries if found.period_end is None or found.period_end <= business_date]
    return sorted(mark_superseded(in_scope), key=lambda found: found.delivery_id)


def mark_superseded(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Of the accepted deliveries of one dataset and period only the newest whole revision stays `accepted`.

    A correction names some rows only: it stands beside the revision it corrects and falls with it.
    """
    periods: dict[tuple[str | None, str | None], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        periods[delivery.dataset_id, delivery.business_period].append(delivery)
    return [marked for group in periods.values() for marked in _mark_period(group)]


def _mark_period(group: list[Delivery]) -> list[Delivery]:
    whole = [found.revision_no for found in group if found.is_active and found.delivery_kind != "correction"]
    newest = max(whole, default=0)
    return [
        replace(found, status="superseded") if found.is_active and found.revision_no < newest else found
        for found in group
    ]


def _needed(
    result: dict[str, Any] | None, staged: dict[str, StoredObject], rejected: dict[str, StoredObject]
) -> tuple[list[StoredObject], list[StoredObject]]:
    """The objects behind one outcome. Rows of a delivery that is not accepted are never read."""
    if result is None:
        return [], []
    parts = result["parts"] if result["status"] == "accepted" else []
    return _objects("staging", staged, parts), _objects("quarantine", rejected, result["quarantine"])


def _objects(bucket: str, listed: dict[str, StoredObject], keys: list[str]) -> list[StoredObject]:
    for key in keys:
        if key not in listed:
            raise ObjectMissing(bucket, key)
    return [listed[key] for key in keys]


def _read_json(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_bytes())
    return data


def _delivery(fact: dict[str, Any], result: dict[str, Any] | None) -> Delivery:
    period = Period.parse(fact["business_period"]) if fact.get("business_period") else None
    status, reason, message = _status(fact, result)
    outcome = result or {}
    return Delivery(
        delivery_id=fact["delivery_id"],
        dataset_id=fact.get("dataset_id"),
        department_id=fact.get("department_id"),
        department_zh=fact.get("department_zh"),
        business_period=period.text if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        revision_no=fact.get("revision_no", 1),
        delivery_kind=fact.get("delivery_kind"),
        file_name=fact["file_name"],
        file_sha256=fact["file_sha256"],
        size_bytes=fact["size_bytes"],
        received_at=wall_time(fact.get("received_at")),
        due_at=wall_time(fact.get("due_at")),
        is_late=fact.get("is_late"),
        contract_version=outcome.get("contract_version") or fact.get("contract_version"),
        status=status,
        rows_in_file=outcome.get("rows_in_file"),
        rows_accepted=outcome.get("rows_accepted"),
        rows_rejected=outcome.get("rows_rejected"),
        rows_not_records=outcome.get("rows_not_records"),
        reason_code=reason,
        message=message,
        origin=fact.get("origin"),
        steps=(_received(fact), *_steps(outcome)),
    )


def _status(fact: dict[str, Any], result: dict[str, Any] | None) -> tuple[str, str | None, str | None]:
    """Staging decides about what landed. A landed file that staging has not reached yet counts as held, and says so."""
    if fact["status"] != "landed":
        return fact["status"], fact.get("reason_code"), fact.get("message")
    if result is None:
        return "held", NOT_STAGED, "已归集, 尚未治理 (landed, not staged yet)"
    return result["status"], result.get("reason_code"), result.get("message")


def _received(fact: dict[str, Any]) -> Step:
    """Landing's own step: the manifest is its outcome."""
    status = "ok" if fact["status"] == "landed" else fact["status"]
    received = wall_time(fact.get("received_at"))
    return Step(fact["delivery_id"], "land", status, received, received, fact.get("reason_code"), fact.get("message"))


def _steps(source: dict[str, Any]) -> list[Step]:
    return [
        Step(
            source["delivery_id"],
            step["step"],
            step["status"],
            wall_time(step.get("started_at")),
            wall_time(step.get("finished_at")),
            step.get("reason_code"),
            step.get("message"),
        )
        for step in source.get("steps") or []
    ]


def wall_time(text: str | None) -> datetime | None:
    """A moment as Shanghai wall time without a zone, which is how the lake stores moments."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment
