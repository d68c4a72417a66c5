"""Correction lists (校核单) as they stand now, from what staging and stewards wrote, published or not.

One list for each delivery with rejected rows. Later deliveries settle its rows; the list closes itself when none is
left open, when a later revision replaces the delivery, or when a data steward closes it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from citylake.contracts import Contracts
from citylake.decisions import DELIVERIES
from citylake.lake import Lake
from citylake.orchestration.receipt_facts import answer_due_at, rows_open, settled_by
from citylake.orchestration.records import Record, moment, standing_ids
from citylake.reports.receipt import request_id
from citylake.settings import Settings

State = Literal["sent", "overdue", "corrected", "disputed", "closed"]
STATES: dict[State, str] = {
    "sent": "已发出",
    "overdue": "逾期未更正",
    "corrected": "部分更正",
    "disputed": "部门有异议",
    "closed": "已办结",
}
DEPARTMENT, STEWARD = "部门", "数据管理员"
_EVENTS = {
    "sent": "校核单发出",
    "dispute": "部门提出异议",
    "close": "数据管理员办结",
    "extend": "延期",
    "release": "核准放行",
    "withdraw": "撤回",
    "replay": "重新治理",
}


@dataclass(frozen=True)
class Event:
    """One thing that happened to a list."""

    at: datetime
    event: str
    words: str
    actor: str


@dataclass(frozen=True)
class CorrectionList:
    """One correction list; `turn` is whose move it is, empty for a closed one."""

    request_id: str
    delivery_id: str
    department_id: str
    department_zh: str
    dataset_id: str
    dataset_zh: str
    business_period: str
    file_name: str
    opened_at: datetime
    due_at: datetime | None
    status: State
    status_zh: str
    rows_rejected: int
    rows_open: int
    days: int
    turn: str
    closed_by: str | None
    events: tuple[Event, ...]


def read_correction_lists(
    lake: Lake, settings: Settings, contracts: Contracts, records: Sequence[Record], as_of: datetime
) -> list[CorrectionList]:
    """Every correction list, oldest first. Raises StoreError."""
    decisions, counting = _decisions(lake, settings), standing_ids(records)
    answers: dict[str, list[Record]] = defaultdict(list)
    newest: dict[tuple[str | None, str | None], Record] = {}
    for one in records:
        for delivery_id in settled_by(one):
            answers[delivery_id].append(one)
        if one.is_whole and one.delivery_id in counting:
            newest[one.slot] = one
    return [
        _list_of(one, answers[one.delivery_id], newest.get(one.slot), contracts, decisions[one.delivery_id], as_of)
        for one in records
        if one.dataset_id and (one.outcome or {}).get("rows_rejected")
    ]


def _list_of(
    record: Record,
    answers: Sequence[Record],
    newest: Record | None,
    contracts: Contracts,
    decisions: Sequence[dict[str, Any]],
    as_of: datetime,
) -> CorrectionList:
    contract = contracts.datasets.get(record.dataset_id or "")
    extended = [moment(one["due_at"]) for one in decisions if one["event"] == "extend" and one.get("due_at")]
    due = extended[-1] if extended else answer_due_at(record, contracts)
    left = rows_open(record, answers)
    closed_by = _closed_by(record, answers, newest, decisions, left)
    status = _state(closed_by, decisions, due, as_of, bool(answers))
    return CorrectionList(
        request_id=request_id(record.delivery_id),
        delivery_id=record.delivery_id,
        department_id=record.department_id or "",
        department_zh=record.manifest.get("department_zh") or "",
        dataset_id=record.dataset_id or "",
        dataset_zh=contract.title.zh if contract else "",
        business_period=record.manifest.get("business_period") or "",
        file_name=record.manifest["file_name"],
        opened_at=record.received_at,
        due_at=due,
        status=status,
        status_zh=STATES[status],
        rows_rejected=(record.outcome or {})["rows_rejected"],
        rows_open=0 if closed_by else left,
        days=max((as_of - record.received_at).days, 0),
        turn="" if closed_by else STEWARD if status == "disputed" else DEPARTMENT,
        closed_by=closed_by,
        events=tuple(_history(record, answers, decisions)),
    )


def _closed_by(
    record: Record,
    answers: Sequence[Record],
    newest: Record | None,
    decisions: Sequence[dict[str, Any]],
    left: int,
) -> str | None:
    """The delivery or the decision that closed a list; None while it is open."""
    spoken = [one for one in decisions if one["event"] in ("dispute", "close")]
    if spoken and spoken[-1]["event"] == "close":
        return f"{spoken[-1]['actor']}: {spoken[-1]['reason']}"
    if not left and answers:
        return answers[-1].delivery_id
    if newest and newest.revision.revision_no > record.revision.revision_no:
        return newest.delivery_id
    return "已撤回" if record.is_withdrawn else None


def _state(
    closed_by: str | None,
    decisions: Sequence[dict[str, Any]],
    due: datetime | None,
    as_of: datetime,
    is_answered: bool,
) -> State:
    spoken = [one["event"] for one in decisions if one["event"] in ("dispute", "close")]
    if closed_by:
        return "closed"
    if spoken and spoken[-1] == "dispute":
        return "disputed"
    if due and due < as_of:
        return "overdue"
    return "corrected" if is_answered else "sent"


def _history(record: Record, answers: Iterable[Record], decisions: Iterable[dict[str, Any]]) -> list[Event]:
    rejected = (record.outcome or {})["rows_rejected"]
    events = [Event(record.received_at, "opened", f"收到 {record.manifest['file_name']}, 退回 {rejected:,} 行", "")]
    for one in answers:
        words = f"收到 {one.manifest['file_name']}, 销号 {settled_by(one)[record.delivery_id]:,} 行 ({one.delivery_id})"
        events.append(Event(one.received_at, "answered", words, ""))
    for decision in decisions:
        words = ": ".join(filter(None, (_EVENTS.get(decision["event"], decision["event"]), decision.get("reason"))))
        if decision.get("due_at"):
            words += f", 截止 {moment(decision['due_at']):%Y-%m-%d %H:%M}"
        events.append(Event(moment(decision["at"]), decision["event"], words, decision.get("actor") or ""))
    return sorted(events, key=lambda event: event.at)


def _decisions(lake: Lake, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Delivery id -> what was decided about it, oldest first: the names of the objects begin with the moment."""
    from citylake.warehouse.mirror import Mirror

    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    files = Mirror(lake, settings.warehouse_dir / "cache").fetch(lake.list("quarantine", f"{DELIVERIES}/"))
    for _, path in sorted(files.items()):
        decision = json.loads(path.read_bytes())
        found[decision["delivery_id"]].append(decision)
    return found
