"""Receipts (回执, with the correction list 校核单) for what has been staged: written, uploaded, marked as written.

They go back to the department that delivered, and to it alone: they repeat delivered values, resident IDs among them.
Local files are readable by the owner only, folders too; no report, analyst file or open data set refers to them.

A receipt is written once for each state of its delivery. The mark (`reports/_receipts/…`) is put last: a run that was
killed in between writes the same receipt again.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog

from citylake.contracts import Contracts, load_contracts
from citylake.decisions import DELIVERIES, write_decision
from citylake.errors import ObjectExists
from citylake.lake import Lake
from citylake.orchestration.receipt_facts import receipt_of
from citylake.orchestration.records import Record, by_dataset, read_records
from citylake.orchestration.report_folder import FOLDER, reports_lock
from citylake.reports.receipt_files import write_receipt
from citylake.settings import Settings

log = structlog.get_logger(__name__)

_MARKS = "_receipts"
# Counts up when receipts look or say otherwise, so that the next night writes them anew.
_EDITION = "1"
_SAFE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_UNKNOWN = "_unknown"


@dataclass(frozen=True)
class ReceiptsSummary:
    """What one run wrote: receipts, and deliveries whose receipt stood already."""

    written: int
    unchanged: int


def write_receipts(settings: Settings, business_date: date, department: str | None = None) -> ReceiptsSummary:
    """Writes `reports/<business_date>/receipts/<department>/<delivery_id>.xlsx`, here and in the `reports` bucket,
    for every delivery whose state has no receipt yet. Raises StoreError.
    """
    lake, contracts = Lake(settings), load_contracts(settings.contracts)
    records = [one for one in read_records(lake, settings, business_date, department) if one.status]
    marks = {item.key for item in lake.list("reports", f"{_MARKS}/{f'{department}/' if department else ''}")}
    waiting = [one for one in records if _mark(one) not in marks]
    siblings = by_dataset(records)
    for record in waiting:
        folder = settings.reports_dir / business_date.isoformat() / FOLDER / department_folder(record)
        path = _write_one(settings, lake, contracts, record, siblings[record.dataset_id], folder)
        key = path.relative_to(settings.reports_dir).as_posix()
        lake.put_file("reports", key, path)
        if not any(mark.startswith(_marks_of(record)) for mark in marks):
            _note_sent(lake, record)
        lake.put("reports", _mark(record), json.dumps({"receipt": key}).encode())
        log.info("receipt", delivery=record.delivery_id, status=record.status)
    return ReceiptsSummary(len(waiting), len(records) - len(waiting))


def export_receipts(
    settings: Settings, records: Iterable[Record], all_records: Iterable[Record], out: Path
) -> list[Path]:
    """Writes receipts into `out/<department>/`, whether or not they were written before; returns their paths."""
    lake, contracts, siblings = Lake(settings), load_contracts(settings.contracts), by_dataset(all_records)
    return [
        _write_one(settings, lake, contracts, one, siblings[one.dataset_id], out / department_folder(one))
        for one in records
    ]


def department_folder(record: Record) -> str:
    """The folder of a department's receipts; a name that is no department's never becomes a path."""
    name = record.department_id or ""
    return name if _SAFE.fullmatch(name) else _UNKNOWN


def _marks_of(record: Record) -> str:
    return f"{_MARKS}/{department_folder(record)}/{record.delivery_id}/"


def _mark(record: Record) -> str:
    return f"{_marks_of(record)}{record.state}-{_EDITION}"


def _note_sent(lake: Lake, record: Record) -> None:
    """The first receipt with rows to correct sends the correction list: that stands in its history, once."""
    outcome = record.outcome or {}
    if not outcome.get("rows_rejected"):
        return
    facts = {"event": "sent", "delivery_id": record.delivery_id, "due_at": outcome.get("answer_due_at")}
    folder = f"{DELIVERIES}/{record.delivery_id}"
    try:
        write_decision(lake, folder, "sent", "", facts, actor="citylake", keyed_by=record.received_at)
    except ObjectExists:  # a run that was killed had put it already
        log.info("already sent", delivery=record.delivery_id)


def _write_one(
    settings: Settings, lake: Lake, contracts: Contracts, record: Record, siblings: list[Record], folder: Path
) -> Path:
    """One receipt, made aside and moved into place whole."""
    with tempfile.TemporaryDirectory(prefix="citylake-receipt-") as scratch:
        rows = None
        for key in (record.outcome or {}).get("quarantine") or []:
            rows = Path(scratch) / "rows.parquet"
            lake.download("quarantine", key, rows)
        made = Path(scratch) / f"{record.delivery_id}.xlsx"
        write_receipt(receipt_of(record, siblings, contracts, rows), made)
        return _put_in_place(settings, made, folder)


def _put_in_place(settings: Settings, made: Path, folder: Path) -> Path:
    """The reports of a date are moved into place as one folder, receipts with them: the lock keeps the two apart."""
    path = folder / made.name
    with reports_lock(settings):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for private in (folder, folder.parent) if folder.parent.name == FOLDER else (folder,):
            private.chmod(0o700)
        partial = folder / f".{made.name}.partial"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made.read_bytes())
        os.replace(partial, path)
    return path
