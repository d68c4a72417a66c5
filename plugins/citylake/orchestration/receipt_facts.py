"""From manifest, outcome and quarantine of one delivery to the plain facts that its receipt prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from citylake.contracts import Contract, Contracts
from citylake.contracts.calendar import add_working_days
from citylake.errors import UsageError
from citylake.orchestration.receipt_rows import with_rows
from citylake.orchestration.records import Record, moment
from citylake.reports.receipt import (
    Answered,
    Counts,
    Earlier,
    Receipt,
    Refusal,
    SecondCount,
    Table,
    request_id,
)
from citylake.settings import SHANGHAI

_END_OF_OFFICE = time(18, 0)
_DECISIONS = {"release": "核准放行", "withdraw": "撤回"}


def receipt_of(record: Record, siblings: Sequence[Record], contracts: Contracts, rows: Path | None) -> Receipt:
    """The facts of one delivery that has a status. `siblings` are all deliveries of its dataset, `rows` its quarantine.

    Raises UsageError for a delivery that staging has not come to yet.
    """
    if record.status is None:
        raise UsageError(f"{record.delivery_id} 已归集, 尚未治理, 还没有回执", action="citylake stage, 再取回执")
    manifest, outcome = record.manifest, record.outcome or {}
    contract = contracts.datasets.get(record.dataset_id or "")
    due = manifest.get("due_at")
    receipt = Receipt(
        delivery_id=record.delivery_id,
        status=record.status,
        department=manifest.get("department_zh") or contracts.departments.get(record.department_id or "", "未识别部门"),
        dataset_id=record.dataset_id,
        dataset_zh=contract.title.zh if contract else None,
        period=manifest.get("business_period"),
        kind=record.kind,
        file_name=manifest["file_name"],
        sha256=manifest["file_sha256"],
        size_bytes=manifest["size_bytes"],
        received_at=record.received_at,
        due_at=moment(due) if due else None,
        is_late=bool(manifest.get("is_late")),
        contract_version=record.fact("contract_version"),
        reason_code=record.fact("reason_code"),
        message=record.fact("message"),
        answer_due_at=answer_due_at(record, contracts),
        counts=_counts(outcome),
        second_count=_second_count(outcome),
        earlier=_earlier(record, siblings),
        refusal=_refusal(record),
        table=_table(contract, contracts.codes),
        notes=tuple(_notes(record)),
        answered=tuple(_answered(record, siblings)),
    )
    return with_rows(receipt, rows, contract, _headers(outcome, contract)) if rows else receipt


def answer_due_at(record: Record, contracts: Contracts) -> datetime | None:
    """By when the department answers: as fixed at staging; None where nothing waits for an answer."""
    outcome, contract = record.outcome or {}, contracts.datasets.get(record.dataset_id or "")
    if contract is None or not (record.status in ("held", "refused") or outcome.get("rows_rejected")):
        return None
    if outcome.get("answer_due_at"):
        return moment(outcome["answer_due_at"])
    day = add_working_days(record.received_at.date(), contract.answer.working_days, contracts.holidays)
    return datetime.combine(day, _END_OF_OFFICE, SHANGHAI)


def _counts(outcome: Mapping[str, Any]) -> Counts | None:
    if outcome.get("rows_in_file") is None:
        return None
    return Counts(
        outcome["rows_in_file"], outcome["rows_accepted"], outcome["rows_rejected"], outcome["rows_not_records"]
    )


def _second_count(outcome: Mapping[str, Any]) -> SecondCount | None:
    if outcome.get("second_count") is None:
        return None
    return SecondCount(outcome["second_count"], outcome.get("second_count_unit") or "")


def _earlier(record: Record, siblings: Sequence[Record]) -> Earlier | None:
    """The whole delivery before this one, by period and then by arrival."""
    if not record.is_whole:
        return None
    own = (record.period_end, record.received_at)
    before = [
        one
        for one in siblings
        if one.is_whole and one.status in ("accepted", "held") and (one.period_end, one.received_at) < own
    ]
    last = max(before, key=lambda one: (one.period_end, one.received_at), default=None)
    counts = _counts(last.outcome or {}) if last else None
    return Earlier(last.manifest["business_period"], last.received_at, counts) if last and counts else None


def _answered(record: Record, siblings: Sequence[Record]) -> list[Answered]:
    """The correction lists that this delivery answers, with what had been settled of each when it arrived."""
    known = {one.delivery_id: one for one in siblings}
    so_far = [one for one in siblings if one.order <= record.order]
    return [
        Answered(
            request_id(delivery_id),
            known[delivery_id].manifest["file_name"],
            settled,
            rows_open(known[delivery_id], so_far),
        )
        for delivery_id, settled in settled_by(record).items()
        if delivery_id in known
    ]


def rows_open(record: Record, siblings: Sequence[Record]) -> int:
    """Rejected rows of a delivery that no other one has brought right. Held and refused answers settle nothing."""
    rejected = (record.outcome or {}).get("rows_rejected") or 0
    return max(rejected - sum(settled_by(one).get(record.delivery_id, 0) for one in siblings), 0)


def settled_by(record: Record) -> dict[str, int]:
    """Delivery id -> rows of it that an accepted answer settled."""
    found = (record.outcome or {}).get("answers") if record.status == "accepted" else None
    return found if isinstance(found, dict) else {}


def _refusal(record: Record) -> Refusal | None:
    """Where a refused file breaks which rule: as staging found, or, without a contract, as landing wrote."""
    if record.status != "refused":
        return None
    facts, code = (record.outcome or {}).get("facts") or {}, record.fact("reason_code") or ""
    text, _, action = str(record.fact("message") or "").partition("下一步")
    return Refusal(
        code,
        facts.get("text") or text.strip(" ;\n"),
        facts.get("action") or action.strip(" :next"),
        facts.get("sheet"),
        facts.get("line"),
        facts.get("column"),
        facts.get("value"),
    )


def _table(contract: Contract | None, codes: Mapping[str, Mapping[str, str]]) -> Table:
    if contract is None:
        return Table()
    columns = list(contract.columns.values())
    choices = {at: _choices(codes[column.codes]) for at, column in enumerate(columns) if column.codes}
    return Table(tuple(column.header for column in columns), choices)


def _choices(spellings: Mapping[str, str]) -> tuple[str, ...]:
    """One spelling a code: its name, the first that is not the code itself."""
    names: dict[str, str] = {}
    for spelling, code in spellings.items():
        if names.get(code, code) == code:
            names[code] = spelling
    return tuple(names.values())


def _headers(outcome: Mapping[str, Any], contract: Contract | None) -> dict[str, str]:
    """Contract name -> header as this file writes it, else as the contract does."""
    named = {name: column.header for name, column in contract.columns.items()} if contract else {}
    delivered = outcome.get("headers") or []
    return named | {one["column"]: one["header"] for one in delivered if one.get("column") and one.get("header")}


def _notes(record: Record) -> list[str]:
    outcome = record.outcome or {}
    unknown = [str(name) for name in outcome.get("unknown_headers") or []]
    return [
        *(["模拟数据, 不是真实报送"] if record.manifest.get("origin") == "simulated" else []),
        *([f"编码 {outcome['encoding'].upper()}, 全文严格解码通过"] if outcome.get("encoding") else []),
        *([f"契约中没有的列, 未采用: {'、'.join(unknown)}"] if unknown else []),
        *(str(note) for note in outcome.get("warnings") or []),
        *(f"{one['actor']} {_DECISIONS[one['event']]}: {one['reason']}" for one in outcome.get("decisions") or []),
    ]
