"""What lies in the inboxes: every version of every file that a department put there and that has not landed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citylake.lake import Lake, StoredObject
from citylake.landing.names import UNKNOWN, split_key
from citylake.settings import SHANGHAI


@dataclass(frozen=True)
class Arrival:
    """One file found in an inbox, with what was declared on delivery (metadata)."""

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
        found.append(Arrival(item, folder, name, _received_at(item, metadata), metadata))
    return sorted(found, key=lambda arrival: (arrival.received_at, arrival.item.key, arrival.item.last_modified))


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
