"""Landing 归集: departments' files, byte for byte, put once, hashed, with a manifest.

    inbox/<department>/[<batch>/]<file>
    -> landing/<department>/<dataset>/<period>/<delivery>/{<file>, contract.yml, manifest.json}

The manifest is written last and is the commit mark. Only then does the file leave the inbox: a run that was killed
anywhere in between finds the file still there, makes the same delivery id again and ends in the same state.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from citylake.contracts import Contract, Contracts, Period, load_contracts
from citylake.contracts.calendar import due_at
from citylake.errors import FileNotDeliverable, ObjectExists, UsageError
from citylake.lake import Lake, StoredObject
from citylake.settings import SHANGHAI, Settings

log = structlog.get_logger(__name__)

UNKNOWN = "_unknown"
SIMULATED_MARK = "SIMULATED.json"
# A department may group the files of one hand-over in a folder named by its moment.
_BATCH = re.compile(r"[0-9]{8}T[0-9]{6,12}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]|\.\.|^\.|^\s*$")
_NAME_BYTES = 255


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


# -- the department's side -------------------------------------------------------------------------------------------


def deliver(
    settings: Settings,
    paths: Iterable[Path],
    *,
    dataset_id: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    keep_times: bool = False,
) -> int:
    """Puts files (or every file of folders) into the departments' inboxes, as a department would.

    A file's department is that of its dataset, or of the folder it lies in. Files of a simulated city are marked as
    such. With `keep_times` a file's modification time stands as its arrival: for history and simulated cities.
    Returns the number of files; raises FileNotDeliverable before anything is sent.
    """
    contracts = load_contracts(settings.contracts)
    if dataset_id is not None and dataset_id not in contracts.datasets:
        raise UsageError(f"没有数据集 {dataset_id}", action="citylake contracts list 列出全部数据集")
    if period is not None:
        Period.parse(period)
    lake, sent = Lake(settings), []
    for path in _files(paths):
        department = _department_of(path, contracts, dataset_id)
        sent.append((path, department, _metadata(path, dataset_id, period, kind, keep_times)))
    for path, department, metadata in sent:
        changed = datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI)
        batch = f"{changed:%Y%m%dT%H%M%S}" if keep_times else f"{datetime.now(SHANGHAI):%Y%m%dT%H%M%S%f}"
        lake.put_file("inbox", f"{department}/{batch}/{path.name}", path, metadata)
    return len(sent)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and p.name != SIMULATED_MARK and "truth" not in p.relative_to(path).parts
            )
        elif path.is_file():
            yield path
        else:
            raise FileNotDeliverable(path, "没有这个文件")


def _department_of(path: Path, contracts: Contracts, dataset_id: str | None) -> str:
    if dataset_id is not None:
        return contracts.datasets[dataset_id].department_id
    known = contracts.departments
    folder = next((parent.name for parent in path.resolve().parents if parent.name in known), None)
    if folder:
        return folder
    if found := contracts.of_file(path.name):
        return found[0].department_id
    return UNKNOWN


def _metadata(
    path: Path, dataset_id: str | None, period: str | None, kind: str | None, keep_times: bool
) -> dict[str, str]:
    given = {"dataset": dataset_id, "period": period, "kind": kind}
    metadata = {name: value for name, value in given.items() if value}
    if keep_times:
        metadata["received-at"] = (
            datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).replace(microsecond=0).isoformat()
        )
    mark = next((p / SIMULATED_MARK for p in path.resolve().parents if (p / SIMULATED_MARK).is_file()), None)
    if mark:
        real = json.loads(mark.read_text(encoding="utf-8")).get("real", [])
        if path.resolve().relative_to(mark.parent).as_posix() not in real:
            metadata["origin"] = "simulated"
    return metadata


# -- the bureau's side -----------------------------------------------------------------------------------------------


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
        problem = _unsafe_name(arrival.file_name)
        match = None if problem else _match(arrival, contracts)
        if match is None:
            _refuse(lake, arrival, problem, summary)
        elif dataset_id in (None, match[0].dataset) and (business_date is None or match[1].end <= business_date):
            _land_one(lake, contracts, arrival, *match, summary)
    return summary


def _arrivals(lake: Lake, department: str | None) -> Iterator[_Arrival]:
    for item in lake.list("inbox", f"{department}/" if department else ""):
        folder, _, rest = item.key.partition("/")
        batch, _, name = rest.partition("/")
        if not (name and _BATCH.fullmatch(batch)):
            name = rest
        metadata = lake.metadata("inbox", item.key)
        declared = metadata.get("received-at")
        received_at = datetime.fromisoformat(declared) if declared else item.last_modified.astimezone(SHANGHAI)
        yield _Arrival(item, folder, name, received_at.replace(microsecond=0), metadata)


def _unsafe_name(name: str) -> str | None:
    if _UNSAFE.search(name):
        return f"文件名 {name!r} 含路径或控制字符"
    if len(name.encode()) > _NAME_BYTES:
        return f"文件名超过 {_NAME_BYTES} 字节"
    return None


def _match(arrival: _Arrival, contracts: Contracts) -> tuple[Contract, Period] | None:
    """Contract and business period of a file: as declared on delivery, else read from its name."""
    found = contracts.of_file(arrival.file_name, arrival.department)
    contract = contracts.datasets.get(arrival.metadata.get("dataset", "")) or (found[0] if found else None)
    declared = arrival.metadata.get("period")
    period = Period.parse(declared) if declared else (found[1] if found else None)
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
