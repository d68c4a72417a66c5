"""What lies in the inboxes: every version of every file that a department put there and that has not landed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citylake.contracts import load_contracts
from citylake.lake import Lake, StoredObject
from citylake.landing.names import UNKNOWN, split_key
from citylake.settings import SHANGHAI, Settings


@dataclass(frozen=True)
class Arrival:
    """One file found in an inbox, with what was declared on delivery (metadata).

    `department` is UNKNOWN for a folder that belongs to no department; `item.key` says which.
    """

    item: StoredObject
    department: str
    file_name: str
    received_at: datetime
    metadata: dict[str, str]


def arrivals(lake: Lake, departments: set[str], department: str | None) -> list[Arrival]:
    """The files of one department's inbox, of all, or (UNKNOWN) of those that belong to nobody; oldest first.

    A file that was put again before it landed arrives twice: the earlier version is a delivery of its own.
    """
    prefix = f"{department}/" if department in departments else ""
    found = []
    for item in lake.versions("inbox", prefix):
        folder, name = split_key(item.key)
        if department == UNKNOWN and folder in departments:
            continue
        metadata = lake.metadata("inbox", item.key, item.version_id)
        owner = folder if folder in departments else UNKNOWN
        found.append(Arrival(item, owner, name, _received_at(item, metadata), metadata))
    return sorted(found, key=lambda arrival: (arrival.received_at, arrival.item.key, arrival.item.last_modified))


@dataclass(frozen=True)
class Waiting:
    """How many files wait in one department's inbox, and since when."""

    department_id: str
    department_zh: str
    files: int
    oldest_at: datetime | None


def waiting(settings: Settings) -> list[Waiting]:
    """Every department's inbox; folders that belong to no department come last."""
    moments: dict[str, list[datetime]] = {}
    for item in Lake(settings).versions("inbox"):
        moments.setdefault(split_key(item.key)[0], []).append(item.last_modified.astimezone(SHANGHAI))
    names = load_contracts(settings.contracts).departments
    names |= {folder: "未识别" for folder in moments if folder not in names}
    return [
        Waiting(
            folder,
            name,
            len(moments.get(folder, [])),
            min(moments[folder]).replace(microsecond=0) if folder in moments else None,
        )
        for folder, name in names.items()
    ]


def _received_at(item: StoredObject, metadata: dict[str, str]) -> datetime:
    """When a file arrived: as declared with it, else (or where that is no moment) by the store's clock.

    A declared moment without a zone is Shanghai's, whatever zone this machine is set to.
    """
    try:
        declared = datetime.fromisoformat(metadata["received-at"])
        zoned = declared if declared.tzinfo else declared.replace(tzinfo=SHANGHAI)
        return zoned.astimezone(SHANGHAI)
    except (KeyError, ValueError, OverflowError):
        return item.last_modified.astimezone(SHANGHAI)
