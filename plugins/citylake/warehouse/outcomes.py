"""One delivery as the warehouse sees it, made of its manifest (what arrived) and its outcome (what became of it)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from citylake.contracts import Period
from citylake.contracts.revisions import Revision
from citylake.settings import SHANGHAI

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
class Decision:
    """What a data steward (or the sending of a list) decided about a delivery, with who, when and why."""

    delivery_id: str
    event: str
    decided_at: datetime | None
    actor: str | None
    reason: str | None
    due_at: datetime | None


@dataclass(frozen=True)
class Delivery:
    """One delivery: the columns of `lake.deliveries`, its steps and checks, and the local files of its rows."""

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
    second_count: int | None = None
    second_count_unit: str | None = None
    second_count_how: str | None = None
    answers_delivery_id: str | None = None
    withdrawn_by: str | None = None
    answer_due_at: datetime | None = None
    replays: int = 0
    steps: tuple[Step, ...] = ()
    decisions: tuple[Decision, ...] = ()
    headers: tuple[Mapping[str, Any], ...] = ()
    volume: tuple[Mapping[str, Any], ...] = ()
    parts: tuple[Path, ...] = ()
    quarantine: tuple[Path, ...] = ()
    # Rows rejected before a replay, and rows of earlier deliveries that this one brings right.
    earlier_quarantine: tuple[Path, ...] = ()
    settled: tuple[Path, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.status == "accepted"

    @property
    def revision(self) -> Revision:
        """This delivery as the rule of revisions sees it."""
        return Revision(self.delivery_id, self.revision_no, self.delivery_kind, self.status, self.reason_code)

    @property
    def content(self) -> str:
        """A hash of what the warehouse takes from this delivery: status, counts, decisions and the bytes of its rows.

        Mirror file names carry the objects' ETags, so other rows give another hash, and another run time does not.
        """
        counts = (self.rows_in_file, self.rows_accepted, self.rows_rejected, self.rows_not_records)
        files = (*self.parts, *self.quarantine, *self.earlier_quarantine, *self.settled)
        facts = [self.status, *map(str, counts), *(path.stem for path in files)]
        facts += [str(self.withdrawn_by or ""), *map(str, self.decisions), json.dumps(self.volume, sort_keys=True)]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def make_delivery(
    manifest: Mapping[str, Any],
    result: Mapping[str, Any] | None,
    decisions: Sequence[Mapping[str, Any]],
    files: Mapping[str, tuple[Path, ...]],
) -> Delivery:
    """One delivery.

    :param result: its outcome, None before staging has come to it
    :param files: local files by field: parts, quarantine, earlier_quarantine, settled
    """
    period = Period.parse(manifest["business_period"]) if manifest.get("business_period") else None
    status, reason, message = _status(manifest, result)
    outcome = result or {}
    return Delivery(
        delivery_id=manifest["delivery_id"],
        dataset_id=manifest.get("dataset_id"),
        department_id=manifest.get("department_id"),
        department_zh=manifest.get("department_zh"),
        business_period=period.text if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        revision_no=manifest.get("revision_no", 1),
        delivery_kind=manifest.get("delivery_kind"),
        file_name=manifest["file_name"],
        file_sha256=manifest["file_sha256"],
        size_bytes=manifest["size_bytes"],
        received_at=wall_time(manifest.get("received_at")),
        due_at=wall_time(manifest.get("due_at")),
        is_late=manifest.get("is_late"),
        contract_version=outcome.get("contract_version") or manifest.get("contract_version"),
        status=status,
        rows_in_file=outcome.get("rows_in_file"),
        rows_accepted=outcome.get("rows_accepted"),
        rows_rejected=outcome.get("rows_rejected"),
        rows_not_records=outcome.get("rows_not_records"),
        reason_code=reason,
        message=message,
        origin=manifest.get("origin"),
        second_count=outcome.get("second_count"),
        second_count_unit=outcome.get("second_count_unit"),
        second_count_how=outcome.get("second_count_how"),
        answers_delivery_id=manifest.get("answers"),
        withdrawn_by=outcome.get("withdrawn_by"),
        answer_due_at=wall_time(outcome.get("answer_due_at")),
        replays=int(outcome.get("replays") or 0),
        steps=(_received(manifest), *_steps(outcome)),
        decisions=tuple(_decision(one) for one in decisions),
        headers=tuple(outcome.get("headers") or ()),
        volume=tuple(outcome.get("volume") or ()),
        parts=files.get("parts", ()),
        quarantine=files.get("quarantine", ()),
        earlier_quarantine=files.get("earlier_quarantine", ()),
        settled=files.get("settled", ()),
    )


def _status(manifest: Mapping[str, Any], result: Mapping[str, Any] | None) -> tuple[str, str | None, str | None]:
    """Staging decides about what landed. A landed file that staging has not reached yet counts as held, and says so."""
    if manifest["status"] != "landed":
        return manifest["status"], manifest.get("reason_code"), manifest.get("message")
    if result is None:
        return "held", NOT_STAGED, "已归集, 尚未治理 (landed, not staged yet)"
    return result["status"], result.get("reason_code"), result.get("message")


def _received(fact: Mapping[str, Any]) -> Step:
    """Landing's own step: the manifest is its outcome."""
    status = "ok" if fact["status"] == "landed" else fact["status"]
    received = wall_time(fact.get("received_at"))
    return Step(fact["delivery_id"], "land", status, received, received, fact.get("reason_code"), fact.get("message"))


def _steps(source: Mapping[str, Any]) -> list[Step]:
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


def _decision(kept: Mapping[str, Any]) -> Decision:
    return Decision(
        kept["delivery_id"],
        kept["event"],
        wall_time(kept.get("at")),
        kept.get("actor"),
        kept.get("reason"),
        wall_time(kept.get("due_at")),
    )


def wall_time(text: str | None) -> datetime | None:
    """A moment as Shanghai wall time without a zone, which is how the lake stores moments."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment
