"""The bureau's side: what lies in the inboxes is copied to the landing zone, byte for byte, with a manifest.

The manifest is written last and is the commit mark. Only then does the file leave the inbox: a run that was killed
anywhere in between finds the file still there, makes the same delivery id again and ends in the same state. Exactly
the version that was read is removed: what a department puts under the same name meanwhile is its next delivery.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from citylake.contracts import Contract, Contracts, Period, load_contracts
from citylake.contracts.calendar import due_at
from citylake.errors import ObjectExists, ObjectMissing
from citylake.lake import MANIFEST, OUTCOME, Lake
from citylake.landing.arrivals import Arrival, arrivals
from citylake.landing.drop_folder import carry
from citylake.landing.names import UNKNOWN
from citylake.landing.ranking import PARTIAL, is_revision, rank
from citylake.landing.recognition import Receipts, Recognised, Unrecognised, recognise
from citylake.settings import Settings

log = structlog.get_logger(__name__)


@dataclass
class LandingSummary:
    """What one run of landing did."""

    landed: int = 0
    revisions: int = 0
    duplicates: int = 0
    refused: int = 0
    messages: list[str] = field(default_factory=list)

    @property
    def deliveries(self) -> int:
        return self.landed + self.duplicates + self.refused


def land(
    settings: Settings,
    business_date: date | None = None,
    department: str | None = None,
    dataset_id: str | None = None,
) -> LandingSummary:
    """Lands what lies in the inboxes, the drop folder carried there first. Raises StoreError.

    `business_date` leaves later periods waiting. `department` UNKNOWN takes what lies in the folders that belong to
    no department.
    """
    lake, contracts = Lake(settings), load_contracts(settings.contracts)
    landing, known = _Landing(lake, contracts), set(contracts.departments)
    landing.summary.messages += carry(settings, lake, known, department)
    for arrival in arrivals(lake, known, department):
        found = recognise(arrival, contracts, landing.receipts)
        if isinstance(found, Unrecognised):
            landing.refuse(arrival, found)
            continue
        wanted = [
            one
            for one in found
            if dataset_id in (None, one.contract.dataset) and (business_date is None or one.period.end <= business_date)
        ]
        # A workbook of several datasets stays until each of them has landed.
        landing.take(arrival, wanted, is_last=len(wanted) == len(found))
    return landing.summary


class _Landing:
    """One run: the store, the contracts, and what has been done so far."""

    def __init__(self, lake: Lake, contracts: Contracts) -> None:
        self._lake = lake
        self._contracts = contracts
        self.receipts = Receipts(lake)
        self.summary = LandingSummary()

    def take(self, arrival: Arrival, wanted: list[Recognised], *, is_last: bool) -> None:
        """Lands a file once for each dataset that it is for."""
        if not wanted:
            return
        with tempfile.TemporaryDirectory(prefix="citylake-landing-") as folder:
            path = self._fetch(arrival, Path(folder))
            for recognised in wanted:
                self._land_one(arrival, path, recognised)
        if is_last:
            self._leave_inbox(arrival)

    def _land_one(self, arrival: Arrival, path: Path, recognised: Recognised) -> None:
        contract, period = recognised.contract, recognised.period
        manifest = _manifest(arrival, path, contract, period) | {
            "delivery_kind": recognised.kind,
            "answers": recognised.answers,
            "withdraws": recognised.withdraws,
            **self._lateness(arrival, recognised),
        }
        shelf = f"{contract.department_id}/{contract.dataset}/{period.text}/"
        earlier = self._earlier(shelf)
        if manifest["delivery_id"] in {other["delivery_id"] for other in earlier}:
            return
        place = f"{shelf}{manifest['delivery_id']}"
        manifest["landing_key"] = f"{place}/{arrival.file_name}"
        manifest |= rank(manifest, earlier, lambda delivery: self._is_refused(contract.dataset, delivery))
        if manifest["status"] == "landed":
            self._put_once(f"{place}/{arrival.file_name}", path)
        elif manifest["status"] == "refused":
            self._set_aside(manifest, contract.dataset, path)
        self._put_once(f"{place}/contract.yml", self._contracts.sources[contract.dataset].encode())
        self._commit(place, manifest)

    def _lateness(self, arrival: Arrival, recognised: Recognised) -> dict[str, Any]:
        """Due date by the delivery calendar. What touches an earlier delivery is due by no calendar."""
        terms = recognised.contract.delivery
        if terms.cycle == "irregular" or recognised.kind in (*PARTIAL, "withdrawal"):
            return {"due_at": None, "is_late": False}
        due = due_at(recognised.contract, recognised.period, self._contracts.holidays)
        return {"due_at": due.isoformat(), "is_late": arrival.received_at > due}

    def refuse(self, arrival: Arrival, why: Unrecognised) -> None:
        """A file that cannot be landed goes to quarantine whole, under a name of our own."""
        with tempfile.TemporaryDirectory(prefix="citylake-landing-") as folder:
            path = self._fetch(arrival, Path(folder))
            manifest = _manifest(arrival, path, None, None) | {
                "delivery_kind": None,
                "due_at": None,
                "is_late": False,
                "status": "refused",
                "revision_no": 0,
                "reason_code": why.reason_code,
                "message": f"{why.message}; 下一步: {why.action}",
            }
            self._set_aside(manifest, UNKNOWN, path)
        place = f"{arrival.department}/{UNKNOWN}/{arrival.received_at:%Y-%m-%d}/{manifest['delivery_id']}"
        self._commit(place, manifest)
        self._leave_inbox(arrival)

    def _fetch(self, arrival: Arrival, folder: Path) -> Path:
        path = folder / "delivery"
        self._lake.download("inbox", arrival.item.key, path, version_id=arrival.item.version_id)
        return path

    def _earlier(self, shelf: str) -> list[dict[str, Any]]:
        keys = [item.key for item in self._lake.list("landing", shelf) if item.key.endswith(f"/{MANIFEST}")]
        return [json.loads(self._lake.get("landing", key)) for key in keys]

    def _is_refused(self, dataset: str, delivery_id: str) -> bool:
        """Whether staging could not take a delivery; one that it has not reached yet counts as good."""
        try:
            outcome = json.loads(self._lake.get("staging", f"{dataset}/{delivery_id}/{OUTCOME}"))
        except ObjectMissing:
            return False
        return bool(outcome["status"] == "refused")

    def _set_aside(self, manifest: dict[str, Any], folder: str, path: Path) -> None:
        manifest |= {"landing_key": None, "quarantine_key": f"{folder}/{manifest['delivery_id']}/file"}
        self._lake.put_file("quarantine", manifest["quarantine_key"], path)

    def _put_once(self, key: str, data: bytes | Path) -> None:
        """A killed run may have put the object already; the delivery id fixes its content, so that one stays."""
        try:
            self._lake.put_once("landing", key, data)
        except ObjectExists:
            log.info("already there", key=key)

    def _commit(self, place: str, manifest: dict[str, Any]) -> None:
        self._put_once(f"{place}/{MANIFEST}", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        _count(self.summary, manifest)
        log.info(
            "landed",
            delivery=manifest["delivery_id"],
            file=manifest["file_name"],
            kind=manifest["delivery_kind"],
            status=manifest["status"],
            reason=manifest["reason_code"],
        )

    def _leave_inbox(self, arrival: Arrival) -> None:
        """Takes exactly the landed version out of the inbox."""
        self._lake.remove("inbox", arrival.item.key, arrival.item.version_id)


def _manifest(arrival: Arrival, path: Path, contract: Contract | None, period: Period | None) -> dict[str, Any]:
    """What is known of a delivery from the file itself."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    dataset = contract.dataset if contract else None
    # Not the version: where an arrival is declared, a file that was put again after a cut connection is the same one.
    identity = [dataset, period.text if period else None, sha256, arrival.received_at.isoformat(), arrival.item.key]
    moment = f"{arrival.received_at:%Y%m%dT%H%M%S}"
    return {
        "delivery_id": f"{moment}-{hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:12]}",
        "dataset_id": dataset,
        "department_id": contract.department_id if contract else arrival.department,
        "department_zh": contract.owner.department if contract else None,
        "business_period": period.text if period else None,
        "period_start": period.start.isoformat() if period else None,
        "period_end": period.end.isoformat() if period else None,
        "file_name": arrival.file_name,
        "file_sha256": sha256,
        "size_bytes": path.stat().st_size,
        "received_at": arrival.received_at.isoformat(timespec="seconds"),
        "origin": arrival.metadata.get("origin", "measured"),
        "contract_version": contract.version if contract else None,
        "inbox_key": arrival.item.key,
        "version_id": arrival.item.version_id,
    }


def _count(summary: LandingSummary, manifest: dict[str, Any]) -> None:
    if manifest["status"] == "landed":
        summary.landed += 1
        summary.revisions += is_revision(manifest)
    elif manifest["status"] == "duplicate":
        summary.duplicates += 1
    else:
        summary.refused += 1
        summary.messages.append(f"{manifest['file_name']}: {manifest['message']}")
