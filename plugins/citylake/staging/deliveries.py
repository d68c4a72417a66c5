"""Everything that has landed and is not staged yet, each delivery by itself: one bad file never stops the others.

`staging/<dataset>/<delivery>/outcome.json` is written last. It is the commit mark: a delivery without one is staged
again from the beginning, and nothing reads its parts before. What is written earlier follows from the delivery alone,
so a run that was killed anywhere is repeated to the same end.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import structlog

from citylake.contracts import Contract, Contracts, load_contracts
from citylake.contracts.calendar import add_working_days
from citylake.contracts.revisions import BESIDE, WITHDRAWAL
from citylake.errors import DeliveryError, FileRefused
from citylake.lake import MANIFEST, Lake
from citylake.settings import SHANGHAI, Settings
from citylake.staging.answers import settle
from citylake.staging.books import Books, Desk, Outcome
from citylake.staging.engine import Staged, stage_file
from citylake.staging.reading.workbook import SHARED_READER
from citylake.staging.reconsider import give_verdict, reconsider, take_back
from citylake.staging.settling import receipt_contract

log = structlog.get_logger(__name__)
_END_OF_OFFICE_HOURS = time(18, 0)


@dataclass
class StagingSummary:
    """What one run of staging did."""

    accepted: int = 0
    held: int = 0
    refused: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    messages: list[str] = field(default_factory=list)

    @property
    def deliveries(self) -> int:
        return self.accepted + self.held + self.refused

    def count(self, outcome: Outcome) -> None:
        setattr(self, outcome["status"], getattr(self, outcome["status"]) + 1)
        self.rows_accepted += outcome.get("rows_accepted", 0)
        self.rows_rejected += outcome.get("rows_rejected", 0)
        if outcome["status"] != "accepted":
            self.messages.append(outcome["message"])


@dataclass
class _Steps:
    """The outcome rows of one delivery: decode, parse and type stand together as `read`; then `load` and `check`."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    _since: datetime = field(default_factory=lambda: datetime.now(SHANGHAI))

    def done(self, step: str, status: str, reason_code: str | None = None, message: str | None = None) -> None:
        now = datetime.now(SHANGHAI)
        moments = {"started_at": self._since.isoformat(), "finished_at": now.isoformat()}
        self.rows.append({"step": step, "status": status, **moments, "reason_code": reason_code, "message": message})
        self._since = now


def stage(
    settings: Settings,
    business_date: date | None = None,
    department: str | None = None,
    dataset_id: str | None = None,
) -> StagingSummary:
    """Stages what has landed; `business_date` leaves out later periods. Raises StoreError when the store is gone."""
    lake, contracts = Lake(settings), load_contracts(settings.contracts)
    summary = StagingSummary()
    try:
        for books in _books(lake, contracts, department, dataset_id):
            desk = Desk(lake, contracts, settings, books)
            for key in books.waiting:
                manifest = json.loads(lake.get("landing", key))
                is_due = business_date is None or manifest["period_end"] <= business_date.isoformat()
                if manifest["status"] == "landed" and is_due:
                    summary.count(stage_one(desk, manifest))
    finally:
        SHARED_READER.close()
    return summary


def _books(lake: Lake, contracts: Contracts, department: str | None, dataset_id: str | None) -> Iterator[Books]:
    """The books of every dataset that something has landed for; its deliveries wait oldest period first."""
    prefix = f"{department}/" if department else ""
    landed: dict[str, list[str]] = {}
    for item in lake.list("landing", prefix):
        if item.key.endswith(f"/{MANIFEST}"):
            landed.setdefault(item.key.split("/")[1], []).append(item.key)
    for dataset in sorted(set(landed) & set(contracts.datasets)):
        if dataset_id in (None, dataset):
            yield Books(lake, dataset, landed[dataset])


def stage_one(desk: Desk, manifest: dict[str, Any], replays: int = 0, archived: Sequence[str] = ()) -> Outcome:
    """Stages one landed delivery and writes its outcome.

    :param replays: how often it was staged before
    :param archived: where the rows lie that were rejected then
    """
    contract = desk.contracts.datasets[manifest["dataset_id"]]
    outcome, steps = _beginning(desk, contract, manifest) | {"replays": replays}, _Steps()
    outcome["earlier_quarantine"] = list(archived)
    with tempfile.TemporaryDirectory(prefix="citylake-staging-") as folder:
        try:
            if outcome["delivery_kind"] == WITHDRAWAL:
                take_back(desk.lake, desk.books, contract, outcome, manifest.get("withdraws"))
                steps.done("withdraw", "ok", message=outcome["message"])
            else:
                _read(desk, contract, manifest, outcome, steps, Path(folder))
        except FileRefused as error:
            steps.done("read", "refused", error.rule, str(error))
            outcome |= {"status": "refused", "reason_code": error.rule, "message": str(error), "facts": _facts(error)}
    outcome["steps"] = steps.rows
    desk.books.note(outcome)
    reconsider(desk.lake, desk.books, contract, outcome)
    desk.books.write(outcome)
    known = {"delivery": outcome["delivery_id"], "dataset": contract.dataset, "status": outcome["status"]}
    log.info("staged", **known, reason=outcome.get("reason_code"))
    return outcome


def _beginning(desk: Desk, contract: Contract, manifest: dict[str, Any]) -> Outcome:
    """What is known of an outcome before the file is opened."""
    received = datetime.fromisoformat(manifest["received_at"]).astimezone(SHANGHAI)
    answer_day = add_working_days(received.date(), contract.answer.working_days, desk.contracts.holidays)
    return {
        "delivery_id": manifest["delivery_id"],
        "dataset_id": contract.dataset,
        "business_period": manifest["business_period"],
        "revision_no": manifest.get("revision_no", 1),
        "delivery_kind": manifest.get("delivery_kind"),
        "answers_delivery": manifest.get("answers"),
        "contract_version": contract.version,
        "answer_due_at": datetime.combine(answer_day, _END_OF_OFFICE_HOURS, SHANGHAI).isoformat(),
        "parts": [],
        "quarantine": [],
    }


def _read(desk: Desk, contract: Contract, manifest: dict[str, Any], outcome: Outcome, steps: _Steps, out: Path) -> None:
    """Reads the file, puts its rows and its rejected rows into the lake, and gives the verdict."""
    reads_by = receipt_contract(contract) if manifest.get("answers") else contract
    is_whole = outcome["delivery_kind"] not in BESIDE
    path = out / f"delivery.{reads_by.form.type}"
    desk.lake.download("landing", manifest["landing_key"], path, manifest["file_sha256"])
    steps.done("fetch", "ok")
    as_of = datetime.fromisoformat(manifest["received_at"]).date()
    staged = stage_file(
        path,
        reads_by,
        desk.contracts.codes,
        manifest["delivery_id"],
        out,
        file_name=manifest["file_name"],
        as_of=as_of,
        period_end=date.fromisoformat(manifest["period_end"]),
        block_bytes=desk.settings.block_megabytes * 1024 * 1024,
        memory_megabytes=desk.settings.workbook_memory_megabytes,
        takes_empty=is_whole and contract.delivery.mode != "full",
    )
    steps.done("read", "ok", message=staged.reading.evidence if staged.reading else None)
    if not is_whole:
        settle(desk, contract, outcome, staged, out)
        steps.done("settle", "ok", message=f"{sum(outcome['answers'].values())} row(s)")
    outcome |= _figures(reads_by, staged)
    _load(desk, outcome, staged)
    steps.done("load", "ok", message=f"{len(staged.parts)} part(s)")
    verdict = give_verdict(desk.lake, desk.books, contract, outcome)
    told = verdict["message"] if verdict["status"] == "held" else None
    steps.done("check", "held" if told else "ok", verdict["reason_code"], told)


def _load(desk: Desk, outcome: Outcome, staged: Staged) -> None:
    """Puts parts and quarantine into the lake. A replay writes beside the parts that are being read meanwhile."""
    folder = f"replay-{outcome['replays']}/" if outcome["replays"] else ""
    for part in staged.parts:
        key = desk.books.key(outcome["delivery_id"], folder + part.name)
        desk.lake.put_file("staging", key, part)
        outcome["parts"].append(key)
    if staged.rejects:
        key = desk.books.key(outcome["delivery_id"], "rows.parquet")
        desk.lake.put_file("quarantine", key, staged.rejects)
        outcome["quarantine"].append(key)


def _figures(contract: Contract, staged: Staged) -> dict[str, Any]:
    """Counts, evidence and profile of a file that was read."""
    reading, second = staged.reading, staged.second_count
    return {
        "rows_in_file": staged.rows_in_file,
        "rows_accepted": staged.rows_accepted,
        "rows_rejected": staged.rows_rejected,
        "rows_not_records": staged.rows_not_records,
        "second_count": second.number if second else None,
        "second_count_unit": second.unit if second else None,
        "second_count_how": second.how if second else None,
        "encoding": reading.encoding if reading else None,
        "encoding_evidence": reading.evidence if reading else None,
        "headers": [header._asdict() for header in reading.headers] if reading else [],
        "unknown_headers": reading.unknown_headers if reading else [],
        "warnings": staged.warnings,
        "profile": staged.profile.figures(list(contract.columns), staged.rejects),
    }


def _facts(error: DeliveryError) -> dict[str, Any]:
    return {name: value for name, value in vars(error).items() if isinstance(value, str | int) and name != "message"}
