"""What landing and staging have written about deliveries, read from the store: the newest state, published or not.

Manifests and outcomes are kept in the warehouse's mirror by ETag, so a night reads only what is new.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from citylake.contracts.revisions import WITHDRAWN, Revision, standing
from citylake.lake import MANIFEST, OUTCOME, Lake, StoredObject
from citylake.reports.receipt import Status
from citylake.settings import SHANGHAI, Settings


@dataclass(frozen=True)
class Record:
    """One delivery: its manifest, what staging made of it (None: not staged yet), and a mark of both objects' state."""

    manifest: dict[str, Any]
    outcome: dict[str, Any] | None
    state: str

    @property
    def delivery_id(self) -> str:
        return str(self.manifest["delivery_id"])

    @property
    def dataset_id(self) -> str | None:
        found: str | None = self.manifest.get("dataset_id")
        return found

    @property
    def department_id(self) -> str | None:
        found: str | None = self.manifest.get("department_id")
        return found

    @property
    def period_end(self) -> str:
        """Last day of the business period as text that sorts; empty for a file that no contract knows."""
        return self.manifest.get("period_end") or ""

    @property
    def received_at(self) -> datetime:
        return moment(self.manifest["received_at"])

    @property
    def status(self) -> Status | None:
        """What became of the delivery; None while staging has not come to it."""
        if self.manifest["status"] == "landed" and self.outcome is None:
            return None
        source = self.outcome if self.manifest["status"] == "landed" else self.manifest
        found: Status = (source or {})["status"]
        return found

    @property
    def kind(self) -> str | None:
        found: str | None = self.manifest.get("delivery_kind")
        return found

    @property
    def is_whole(self) -> bool:
        """Whether it brings a period as such; corrections, supplements and withdrawals touch an earlier delivery."""
        return self.revision.is_whole

    @property
    def is_withdrawn(self) -> bool:
        return self.fact("reason_code") == WITHDRAWN

    @property
    def revision(self) -> Revision:
        """The delivery as the rule sees it that says which ones count."""
        number, reason = self.manifest.get("revision_no") or 0, self.fact("reason_code")
        return Revision(self.delivery_id, number, self.kind, self.status or "", reason)

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Sorts deliveries by arrival; files that came within one second keep the order they landed in."""
        return self.received_at, self.revision.revision_no, self.delivery_id

    @property
    def slot(self) -> tuple[str | None, str | None]:
        """Dataset and business period: of these one whole delivery counts."""
        return self.dataset_id, self.manifest.get("business_period")

    def fact(self, name: str) -> Any:
        """What staging wrote under a name, else what landing wrote."""
        found = (self.outcome or {}).get(name)
        return self.manifest.get(name) if found is None else found


def read_records(
    lake: Lake, settings: Settings, business_date: date | None = None, department: str | None = None
) -> list[Record]:
    """Every delivery for a period that ends by the business date, by arrival. Raises StoreError."""
    from citylake.warehouse.mirror import Mirror

    mirror = Mirror(lake, settings.warehouse_dir / "cache")
    manifests = [item for item in lake.list("landing", _folder(department)) if item.key.endswith(f"/{MANIFEST}")]
    # One listing for all is cheaper than one a dataset, and one a dataset cheaper than all for one department.
    datasets = {item.key.split("/")[1] for item in manifests} if department else {""}
    outcomes = {_delivery_of(item): item for item in _outcomes(lake, datasets)}
    manifest_files, outcome_files = mirror.fetch(manifests), mirror.fetch(outcomes.values())
    found = []
    for item in manifests:
        outcome = outcomes.get(_delivery_of(item))
        record = Record(
            _read(manifest_files[item.key]),
            _read(outcome_files[outcome.key]) if outcome else None,
            _state(item, outcome),
        )
        if business_date is None or record.period_end <= business_date.isoformat():
            found.append(record)
    return sorted(found, key=lambda record: record.order)


def by_dataset(records: Iterable[Record]) -> dict[str | None, list[Record]]:
    """Deliveries by dataset, in their order."""
    found: dict[str | None, list[Record]] = defaultdict(list)
    for record in records:
        found[record.dataset_id].append(record)
    return found


def standing_ids(records: Iterable[Record]) -> set[str]:
    """Delivery ids whose rows count: of each dataset and period the newest one taken, and what stands beside it."""
    groups: dict[tuple[str | None, str | None], list[Revision]] = defaultdict(list)
    for record in records:
        if record.dataset_id and record.status:
            groups[record.slot].append(record.revision)
    return {found for group in groups.values() for found in standing(group)}


def moment(text: str) -> datetime:
    """A moment as landing and staging write it, in Shanghai time."""
    found = datetime.fromisoformat(text)
    return found.astimezone(SHANGHAI) if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _folder(name: str | None) -> str:
    return f"{name}/" if name else ""


def _outcomes(lake: Lake, datasets: Iterable[str]) -> Iterator[StoredObject]:
    for dataset in sorted(datasets):
        yield from (item for item in lake.list("staging", _folder(dataset)) if item.key.endswith(f"/{OUTCOME}"))


def _delivery_of(item: StoredObject) -> str:
    return item.key.rsplit("/", 2)[1]


def _state(manifest: StoredObject, outcome: StoredObject | None) -> str:
    tags = f"{manifest.etag}\n{outcome.etag if outcome else ''}"
    return hashlib.sha256(tags.encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_bytes())
    return data
