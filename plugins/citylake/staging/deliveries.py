"""Everything that has landed and is not staged yet, each delivery by itself: one bad file never stops the others.

`staging/<dataset>/<delivery>/outcome.json` is written last. It is the commit mark: a delivery without one is staged
again from the beginning, and nothing reads its parts before.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from citylake.contracts import Contract, Contracts, load_contracts
from citylake.errors import DeliveryError, FileRefused
from citylake.lake import Lake
from citylake.settings import SHANGHAI, Settings
from citylake.staging.engine import Staged, stage_file
from citylake.staging.reading.workbook import SHARED_READER

log = structlog.get_logger(__name__)


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


@dataclass
class _Steps:
    """The outcome rows of one delivery: decode, parse, type and check stand together as `read`; then `load`."""

    delivery_id: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    _since: datetime = field(default_factory=lambda: datetime.now(SHANGHAI))

    def done(self, step: str, status: str, reason_code: str | None = None, message: str | None = None) -> None:
        now = datetime.now(SHANGHAI)
        self.rows.append(
            {
                "step": step,
                "status": status,
                "started_at": self._since.isoformat(),
                "finished_at": now.isoformat(),
                "reason_code": reason_code,
                "message": message,
            }
        )
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
        for manifest in _waiting(lake, contracts, department, dataset_id):
            if business_date is None or manifest["period_end"] <= business_date.isoformat():
                _stage_one(lake, contracts, settings, manifest, summary)
    finally:
        SHARED_READER.close()
    return summary


def _waiting(
    lake: Lake, contracts: Contracts, department: str | None, dataset_id: str | None
) -> Iterator[dict[str, Any]]:
    """Manifests of landed deliveries without an outcome, oldest period first."""
    prefix = f"{department}/" if department else ""
    keys = [item.key for item in lake.list("landing", prefix) if item.key.endswith("/manifest.json")]
    wanted: list[str] = []
    for dataset in sorted({key.split("/")[1] for key in keys} & set(contracts.datasets)):
        if dataset_id in (None, dataset):
            done = {
                item.key.split("/")[1]
                for item in lake.list("staging", f"{dataset}/")
                if item.key.endswith("/outcome.json")
            }
            wanted += [key for key in keys if key.split("/")[1] == dataset and key.split("/")[3] not in done]
    for key in sorted(wanted):
        manifest = json.loads(lake.get("landing", key))
        if manifest["status"] == "landed":
            yield manifest


def _stage_one(
    lake: Lake, contracts: Contracts, settings: Settings, manifest: dict[str, Any], summary: StagingSummary
) -> None:
    contract: Contract = contracts.datasets[manifest["dataset_id"]]
    steps = _Steps(manifest["delivery_id"])
    outcome: dict[str, Any] = {
        "delivery_id": manifest["delivery_id"],
        "dataset_id": contract.dataset,
        "contract_version": contract.version,
        "parts": [],
        "quarantine": [],
    }
    with tempfile.TemporaryDirectory(prefix="citylake-staging-") as folder:
        out = Path(folder)
        path = out / f"delivery.{contract.form.type}"
        lake.download("landing", manifest["landing_key"], path, manifest["file_sha256"])
        steps.done("fetch", "ok")
        try:
            staged = stage_file(
                path,
                contract,
                contracts.codes,
                manifest["delivery_id"],
                out,
                file_name=manifest["file_name"],
                as_of=datetime.fromisoformat(manifest["received_at"]).date(),
                period_end=date.fromisoformat(manifest["period_end"]),
                block_bytes=settings.block_megabytes * 1024 * 1024,
                memory_megabytes=settings.workbook_memory_megabytes,
            )
            steps.done("read", "ok", message=staged.reading.evidence if staged.reading else None)
            _load(lake, contract, staged, outcome, steps)
        except FileRefused as error:
            steps.done("read", "refused", error.rule, str(error))
            outcome |= {"status": "refused", "reason_code": error.rule, "message": str(error), "facts": _facts(error)}
    outcome["steps"] = steps.rows
    lake.put(
        "staging", _key(contract, manifest, "outcome.json"), json.dumps(outcome, ensure_ascii=False, indent=1).encode()
    )
    _count(summary, outcome)
    log.info(
        "staged",
        delivery=manifest["delivery_id"],
        dataset=contract.dataset,
        status=outcome["status"],
        reason=outcome.get("reason_code"),
    )


def _key(contract: Contract, manifest: dict[str, Any], name: str) -> str:
    return f"{contract.dataset}/{manifest['delivery_id']}/{name}"


def _load(lake: Lake, contract: Contract, staged: Staged, outcome: dict[str, Any], steps: _Steps) -> None:
    """Writes parts and quarantine to the lake and decides whether the delivery is taken or held."""
    manifest = {"delivery_id": outcome["delivery_id"]}
    for part in staged.parts:
        lake.put_file("staging", _key(contract, manifest, part.name), part)
        outcome["parts"].append(_key(contract, manifest, part.name))
    if staged.rejects:
        lake.put_file("quarantine", _key(contract, manifest, "rows.parquet"), staged.rejects)
        outcome["quarantine"].append(_key(contract, manifest, "rows.parquet"))
    held = _over_threshold(contract, staged)
    reading = staged.reading
    outcome |= {
        "status": "held" if held else "accepted",
        "reason_code": "delivery.over_threshold" if held else None,
        "message": held or ("; ".join(staged.warnings) or None),
        "rows_in_file": staged.rows_in_file,
        "rows_accepted": staged.rows_accepted,
        "rows_rejected": staged.rows_rejected,
        "rows_not_records": staged.rows_not_records,
        "encoding": reading.encoding if reading else None,
        "encoding_evidence": reading.evidence if reading else None,
        "unknown_headers": reading.unknown_headers if reading else [],
    }
    steps.done("check", "held" if held else "ok", outcome["reason_code"], held)
    steps.done("load", "ok", message=f"{len(staged.parts)} part(s)")


def _over_threshold(contract: Contract, staged: Staged) -> str | None:
    """Why a delivery is held: too many rows, or too large a share of them, were rejected."""
    limit = contract.reject
    if staged.rows_rejected <= limit.rows_at_most and staged.rejected_share <= limit.share_at_most:
        return None
    return (
        f"拒收 {staged.rows_rejected} 行, 占 {staged.rejected_share:.2%}, 超过契约上限"
        f" ({limit.rows_at_most} 行或 {limit.share_at_most:.0%}); 整批暂存, 未发布。"
        " 下一步: 按校核单更正后重报, 或由数据管理员核准放行"
    )


def _facts(error: DeliveryError) -> dict[str, Any]:
    return {name: value for name, value in vars(error).items() if isinstance(value, str | int) and name != "message"}


def _count(summary: StagingSummary, outcome: dict[str, Any]) -> None:
    setattr(summary, outcome["status"], getattr(summary, outcome["status"]) + 1)
    summary.rows_accepted += outcome.get("rows_accepted", 0)
    summary.rows_rejected += outcome.get("rows_rejected", 0)
    if outcome["status"] != "accepted":
        summary.messages.append(outcome["message"])
