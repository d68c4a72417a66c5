"""What a data steward decides about a delivery. Each decision is kept as an object of its own: who, when and why.

`quarantine/_decisions/<delivery_id>/<moment>-<event>.json` is put once, then the outcome says what follows from it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from citylake.contracts import load_contracts
from citylake.contracts.revisions import WITHDRAWAL, WITHDRAWN
from citylake.decisions import DELIVERIES, write_decision
from citylake.errors import ObjectExists, UsageError
from citylake.lake import MANIFEST, Lake
from citylake.settings import SHANGHAI, Settings
from citylake.staging.books import Books, Desk, Outcome
from citylake.staging.deliveries import StagingSummary, stage_one
from citylake.staging.reading.workbook import SHARED_READER
from citylake.staging.reconsider import give_back, give_verdict, reconsider

Event = Literal["release", "withdraw", "dispute", "close", "extend", "replay"]


class DeliveryUnknown(UsageError):
    """No delivery of this id has been staged."""

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"没有已治理的交付 {delivery_id}", action="citylake quarantine list 列出交付编号")
        self.delivery_id = delivery_id


class DeliveryNotHeld(UsageError):
    """Only a held delivery can be released."""

    def __init__(self, delivery_id: str, status: str) -> None:
        super().__init__(
            f"交付 {delivery_id} 的状态是 {status}, 不是 held",
            action="拒收的文件请部门更正后重报; 契约修改后用 citylake quarantine replay 重新治理",
        )
        self.delivery_id = delivery_id
        self.status = status


class DeliveryNotStanding(UsageError):
    """Only an accepted or held delivery can be withdrawn."""

    def __init__(self, delivery_id: str, status: str) -> None:
        super().__init__(f"交付 {delivery_id} 的状态是 {status}, 无从撤回", action="citylake quarantine list 列出交付")
        self.delivery_id = delivery_id
        self.status = status


class NothingToAnswer(UsageError):
    """A delivery without rejected rows has no correction list to decide about."""

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"交付 {delivery_id} 没有退回的行, 没有校核单", action="citylake corrections list 列出校核单")
        self.delivery_id = delivery_id


class DueDateMissing(UsageError):
    """A correction list is extended to a day."""

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"延期须给出新的截止时间 (JH-{delivery_id})", action="加上 --until 2025-10-20")
        self.delivery_id = delivery_id


def release(settings: Settings, delivery_id: str, reason: str) -> None:
    """Takes a held delivery as it is. Raises DeliveryUnknown, DeliveryNotHeld, StoreError."""
    desk, outcome = _desk_of(settings, delivery_id)
    if outcome["status"] != "held":
        raise DeliveryNotHeld(delivery_id, outcome["status"])
    _decide(desk, outcome, "release", reason)


def withdraw(settings: Settings, delivery_id: str, reason: str) -> None:
    """Takes back an accepted or held delivery: the revision before it counts again.

    Raises DeliveryUnknown, DeliveryNotStanding, StoreError.
    """
    desk, outcome = _desk_of(settings, delivery_id)
    if outcome["status"] not in ("accepted", "held"):
        raise DeliveryNotStanding(delivery_id, outcome["status"])
    _decide(desk, outcome, "withdraw", reason)


def decide(
    settings: Settings,
    delivery_id: str,
    event: Literal["dispute", "close", "extend"],
    reason: str,
    due_at: datetime | None = None,
) -> None:
    """Decides about the correction list of a delivery: the department disputes it, it is closed, it has more time.

    Raises DeliveryUnknown, NothingToAnswer, DueDateMissing, StoreError.
    """
    desk, outcome = _desk_of(settings, delivery_id)
    if not outcome.get("rows_rejected"):
        raise NothingToAnswer(delivery_id)
    if event == "extend" and due_at is None:
        raise DueDateMissing(delivery_id)
    put_decision(desk.lake, delivery_id, event, reason, due_at)


def replay(settings: Settings, delivery_id: str) -> StagingSummary:
    """Stages a delivery again by the contract of today, from the bytes as they landed.

    Readers see the earlier outcome until the new one is complete; afterwards it lies beside it as `outcome-<n>.json`,
    its rejected rows as `rows-<n>.parquet`. Raises DeliveryUnknown, StoreError.
    """
    desk, outcome = _desk_of(settings, delivery_id)
    manifest = _manifest(desk.lake, outcome)
    number = int(outcome.get("replays") or 0) + 1
    put_decision(desk.lake, delivery_id, "replay", f"第 {number} 次重新治理")
    archived = _archive(desk, outcome, number)
    summary = StagingSummary()
    try:
        summary.count(stage_one(desk, manifest, number, archived))
    finally:
        SHARED_READER.close()
    return summary


def put_decision(
    lake: Lake, delivery_id: str, event: str, reason: str, due_at: datetime | None = None
) -> dict[str, Any]:
    """Keeps a decision, put once; returns it as it is kept. Raises ReasonMissing, StoreError."""
    due = due_at.astimezone(SHANGHAI).isoformat() if due_at else None
    facts = {"event": event, "delivery_id": delivery_id, "due_at": due}
    return write_decision(lake, f"{DELIVERIES}/{delivery_id}", event, reason, facts)[1]


def _decide(desk: Desk, outcome: Outcome, event: str, reason: str) -> None:
    """Keeps a decision and writes what follows from it, for the delivery and for those it touches."""
    kept = put_decision(desk.lake, outcome["delivery_id"], event, reason)
    contract = desk.contracts.datasets[outcome["dataset_id"]]
    if event == "withdraw" and outcome.get("delivery_kind") == WITHDRAWAL:
        give_back(desk.lake, desk.books, contract, outcome)
    outcome.setdefault("decisions", []).append({name: kept[name] for name in ("event", "at", "actor", "reason")})
    give_verdict(desk.lake, desk.books, contract, outcome)
    code = WITHDRAWN if event == "withdraw" else outcome["reason_code"]
    moments = {"started_at": kept["at"], "finished_at": kept["at"]}
    step = {"step": event, "status": "ok", **moments, "reason_code": code, "message": outcome["message"]}
    outcome["steps"].append(step)
    reconsider(desk.lake, desk.books, contract, outcome)
    desk.books.write(outcome)


def _archive(desk: Desk, outcome: Outcome, number: int) -> list[str]:
    """Puts the outcome so far and its rejected rows beside where the new ones will lie; returns the rows' keys."""
    delivery_id, kept = outcome["delivery_id"], list(outcome.get("earlier_quarantine") or [])
    earlier = dict(outcome)
    for key in outcome["quarantine"]:
        beside = desk.books.key(delivery_id, f"rows-{number}.parquet")
        _put_once(desk.lake, "quarantine", beside, desk.lake.get("quarantine", key))
        earlier["quarantine"] = [beside]
        kept.append(beside)
    text = json.dumps(earlier, ensure_ascii=False, indent=1).encode()
    _put_once(desk.lake, "staging", desk.books.key(delivery_id, f"outcome-{number}.json"), text)
    return kept


def _put_once(lake: Lake, bucket: str, key: str, data: bytes) -> None:
    """A replay that was killed has put the object already, and from the earlier state: that one stays."""
    try:
        lake.put_once(bucket, key, data)
    except ObjectExists:
        return


def _desk_of(settings: Settings, delivery_id: str) -> tuple[Desk, Outcome]:
    """The desk of a delivery's dataset, and its outcome."""
    lake, contracts = Lake(settings), load_contracts(settings.contracts)
    landed: dict[str, list[str]] = {}
    for item in lake.list("landing"):
        if item.key.endswith(f"/{MANIFEST}"):
            landed.setdefault(item.key.split("/")[1], []).append(item.key)
    for dataset, keys in landed.items():
        if dataset in contracts.datasets and any(key.split("/")[3] == delivery_id for key in keys):
            books = Books(lake, dataset, keys)
            if all(key.split("/")[3] != delivery_id for key in books.waiting):
                return Desk(lake, contracts, settings, books), books.outcome(delivery_id)
    raise DeliveryUnknown(delivery_id)


def _manifest(lake: Lake, outcome: Outcome) -> dict[str, Any]:
    department = outcome["dataset_id"].split("__", 1)[0]
    prefix = f"{department}/{outcome['dataset_id']}/"
    tail = f"/{outcome['delivery_id']}/{MANIFEST}"
    key = next(item.key for item in lake.list("landing", prefix) if item.key.endswith(tail))
    found: dict[str, Any] = json.loads(lake.get("landing", key))
    return found
