"""The bureau's side: what lies in the inboxes is copied to the landing zone, byte for byte, with a manifest.

The manifest is written last and is the commit mark. Only then does the file leave the inbox: a run that was killed
anywhere in between finds the file still there, makes the same delivery id again and ends in the same state.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from citylake.contracts import Contract, Contracts, Period, load_contracts
from citylake.contracts.calendar import due_at
from citylake.errors import DateUnreadable, ObjectExists
from citylake.lake import Lake, StoredObject
from citylake.landing.names import UNKNOWN, split_key, unsafe_name
from citylake.settings import SHANGHAI, Settings

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


@dataclass(frozen=True)
class _Arrival:
    """One file found in an inbox."""

    item: StoredObject
    department: str
    file_name: str
    received_at: datetime
    metadata: dict[str, str]


def land(
    settings: Settings,
    business_date: date | None = None,
    department: str | None = None,
    dataset_id: str | None = None,
) -> LandingSummary:
    """Lands what lies in the inboxes; `business_date` leaves later periods waiting. Raises StoreError."""
    lake, contracts = Lake(settings), load_contracts(settings.contracts)
    summary = LandingSummary()
    arrivals = sorted(_arrivals(lake, department), key=lambda arrival: (arrival.received_at, arrival.item.key))
    for arrival in arrivals:
        problem = unsafe_name(arrival.file_name)
        match = None if problem else _match(arrival, contracts)
        if match is None:
            _refuse(lake, arrival, problem, summary)
        elif dataset_id in (None, match[0].dataset) and (business_date is None or match[1].end <= business_date):
            _land_one(lake, contracts, arrival, *match, summary)
    return summary


def _arrivals(lake: Lake, department: str | None) -> Iterator[_Arrival]:
    for item in lake.list("inbox", f"{department}/" if department else ""):
        folder, name = split_key(item.key)
        metadata = lake.metadata("inbox", item.key)
        yield _Arrival(item, folder, name, _received_at(item, metadata).replace(microsecond=0), metadata)


def _received_at(item: StoredObject, metadata: dict[str, str]) -> datetime:
    """When a file arrived: as declared with it, else (or where that is no moment) by the store's clock."""
    try:
        return datetime.fromisoformat(metadata["received-at"]).astimezone(SHANGHAI)
    except (KeyError, ValueError):
        return item.last_modified.astimezone(SHANGHAI)


def _match(arrival: _Arrival, contracts: Contracts) -> tuple[Contract, Period] | None:
    """Contract and business period of a file: as declared on delivery, else read from its name."""
    found = contracts.of_file(arrival.file_name, arrival.department)
    contract = contracts.datasets.get(arrival.metadata.get("dataset", "")) or (found[0] if found else None)
    declared = arrival.metadata.get("period")
    try:
        period = Period.parse(declared) if declared else (found[1] if found else None)
    except DateUnreadable:
        return None
    return (contract, period) if contract and period else None


def _land_one(
    lake: Lake, contracts: Contracts, arrival: _Arrival, contract: Contract, period: Period, summary: LandingSummary
) -> None:
    with tempfile.TemporaryDirectory(prefix="citylake-landing-") as folder:
        path = Path(folder) / "delivery"
        lake.download("inbox", arrival.item.key, path)
        manifest = _manifest(arrival, path, contract, period)
        place = f"{contract.department_id}/{contract.dataset}/{period.text}/{manifest['delivery_id']}"
        earlier = _earlier(lake, f"{contract.department_id}/{contract.dataset}/{period.text}/")
        if manifest["delivery_id"] not in {other["delivery_id"] for other in earlier}:
            manifest |= _rank(manifest, earlier, place)
            if manifest["status"] == "landed":
                _put_once(lake, f"{place}/{arrival.file_name}", path)
            _put_once(lake, f"{place}/contract.yml", contracts.sources[contract.dataset].encode())
            _put_once(lake, f"{place}/manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            _count(summary, manifest)
            log.info("landed", delivery=manifest["delivery_id"], file=arrival.file_name, status=manifest["status"])
    _leave_inbox(lake, arrival)


def _manifest(arrival: _Arrival, path: Path, contract: Contract | None, period: Period | None) -> dict[str, Any]:
    """All that is known of a delivery at landing."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    dataset = contract.dataset if contract else None
    identity = [dataset, period.text if period else None, sha256, arrival.received_at.isoformat(), arrival.item.key]
    moment = f"{arrival.received_at:%Y%m%dT%H%M%S}"
    due = due_at(contract, period) if contract and period and contract.delivery.cycle != "irregular" else None
    return {
        "delivery_id": f"{moment}-{hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:12]}",
        "dataset_id": dataset,
        "department_id": contract.department_id if contract else arrival.department,
        "department_zh": contract.owner.department if contract else None,
        "business_period": period.text if period else None,
        "period_start": period.start.isoformat() if period else None,
        "period_end": period.end.isoformat() if period else None,
        "delivery_kind": arrival.metadata.get("kind") or (contract.delivery.mode if contract else None),
        "file_name": arrival.file_name,
        "file_sha256": sha256,
        "size_bytes": path.stat().st_size,
        "received_at": arrival.received_at.isoformat(),
        "due_at": due.isoformat() if due else None,
        "is_late": arrival.received_at > due if due else False,
        "origin": arrival.metadata.get("origin", "measured"),
        "contract_version": contract.version if contract else None,
        "inbox_key": arrival.item.key,
    }


def _earlier(lake: Lake, prefix: str) -> list[dict[str, Any]]:
    keys = [item.key for item in lake.list("landing", prefix) if item.key.endswith("/manifest.json")]
    return [json.loads(lake.get("landing", key)) for key in keys]


def _rank(manifest: dict[str, Any], earlier: list[dict[str, Any]], place: str) -> dict[str, Any]:
    """Duplicate of, or revision after, the earlier deliveries of the same dataset and period."""
    revisions = [other for other in earlier if other["status"] == "landed"]
    same = next((other for other in revisions if other["file_sha256"] == manifest["file_sha256"]), None)
    # The same bytes again are a duplicate only while nothing else came in between: A, B, A goes back to A.
    if same and same["revision_no"] == max(other["revision_no"] for other in revisions):
        return {
            "status": "duplicate",
            "revision_no": same["revision_no"],
            "landing_key": same["landing_key"],
            "reason_code": "delivery.duplicate",
            "message": f"与 {same['delivery_id']} 内容相同, 已登记, 不重复处理",
        }
    return {
        "status": "landed",
        "revision_no": 1 + max((other["revision_no"] for other in revisions), default=0),
        "landing_key": f"{place}/{manifest['file_name']}",
        "reason_code": None,
        "message": None,
    }


def _refuse(lake: Lake, arrival: _Arrival, problem: str | None, summary: LandingSummary) -> None:
    """A file that no contract knows, or an unsafe name: whole to quarantine, under a name of our own."""
    message = problem or f"没有契约认得文件 {arrival.file_name!r}"
    action = (
        "改用不含路径的文件名重报"
        if problem
        else "核对文件名 (citylake contracts list), 或用 deliver --dataset --period 指明"
    )
    with tempfile.TemporaryDirectory(prefix="citylake-landing-") as folder:
        path = Path(folder) / "delivery"
        lake.download("inbox", arrival.item.key, path)
        manifest = _manifest(arrival, path, None, None)
        place = f"{arrival.department}/{UNKNOWN}/{arrival.received_at:%Y-%m-%d}/{manifest['delivery_id']}"
        manifest |= {
            "status": "refused",
            "revision_no": 0,
            "landing_key": None,
            "quarantine_key": f"{UNKNOWN}/{manifest['delivery_id']}/file",
            "reason_code": "file.unsafe_name" if problem else "file.unknown_dataset",
            "message": f"{message}; 下一步: {action}",
        }
        lake.put_file("quarantine", manifest["quarantine_key"], path)
        _put_once(lake, f"{place}/manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    _count(summary, manifest)
    _leave_inbox(lake, arrival)
    log.warning("refused", file=arrival.file_name, reason=manifest["reason_code"])


def _put_once(lake: Lake, key: str, data: bytes | Path) -> None:
    """A killed run may have put the object already; the delivery id fixes its content, so that one stays."""
    try:
        lake.put_once("landing", key, data)
    except ObjectExists:
        log.info("already there", key=key)


def _leave_inbox(lake: Lake, arrival: _Arrival) -> None:
    """Takes the landed file out of the inbox, unless the department has put another one in its place meanwhile."""
    current = next((item for item in lake.list("inbox", arrival.item.key) if item.key == arrival.item.key), None)
    if current and current.etag == arrival.item.etag:
        lake.remove("inbox", arrival.item.key)


def _count(summary: LandingSummary, manifest: dict[str, Any]) -> None:
    if manifest["status"] == "landed":
        summary.landed += 1
        summary.revisions += manifest["revision_no"] > 1
    elif manifest["status"] == "duplicate":
        summary.duplicates += 1
    else:
        summary.refused += 1
        summary.messages.append(f"{manifest['file_name']}: {manifest['message']}")
