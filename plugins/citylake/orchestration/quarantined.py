"""The rejected cells of one delivery, with which of their rows later deliveries have settled."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from citylake.contracts.reasons import reason_of
from citylake.lake import Lake
from citylake.orchestration.receipt_facts import settled_by
from citylake.orchestration.records import Record
from citylake.settings import Settings

_PLACE = ["sheet_name", "line_number"]
_KINDS = {"row_rejected": "待更正", "value_discarded": "该值未采用"}


@dataclass(frozen=True)
class QuarantinedCell:
    """One rule broken by one cell, or by a row as such (no column)."""

    sheet: str | None
    line: int | None
    column: str | None
    value: str | None
    reason_code: str
    reason_zh: str
    action_zh: str
    status_zh: str


@dataclass(frozen=True)
class Quarantined:
    """The first cells of a delivery's quarantine, and how many there are in all."""

    total: int
    rows: list[QuarantinedCell]

    def title(self, what: str) -> str:
        """`问题 3 处`, with how many of them are shown where that is not all."""
        return f"{what} {self.total:,} 处" + (f", 显示前 {len(self.rows)} 处" if self.total > len(self.rows) else "")


def read_quarantined(
    settings: Settings, record: Record, records: Iterable[Record], limit: int, *, rejected_only: bool = False
) -> Quarantined:
    """Cells by sheet and line; `rejected_only` leaves out values dropped from rows taken. Raises StoreError."""
    lake = Lake(settings)
    keys = (record.outcome or {}).get("quarantine") or []
    if not keys:
        return Quarantined(0, [])
    lines = pl.concat([_read(lake, key) for key in keys]).filter(pl.col("kind").is_in(list(_KINDS)))
    if rejected_only:
        lines = lines.filter(pl.col("kind") == "row_rejected")
    shown = lines.sort(_PLACE, nulls_last=False, maintain_order=True).head(limit)
    settled = _settled(lake, record, records)
    cells = [
        QuarantinedCell(
            sheet,
            line,
            column,
            value,
            code,
            reason_of(code).zh,
            reason_of(code).action_zh,
            "已销号" if (sheet, line) in settled and kind == "row_rejected" else _KINDS[kind],
        )
        for sheet, line, column, value, code, kind in shown.iter_rows()
    ]
    return Quarantined(lines.height, cells)


def _read(lake: Lake, key: str) -> pl.DataFrame:
    wanted = [*_PLACE, "column_name", "raw_value", "reason_code", "kind"]
    return pl.read_parquet(io.BytesIO(lake.get("quarantine", key)), columns=wanted).select(wanted)


def _settled(lake: Lake, record: Record, records: Iterable[Record]) -> set[tuple[str | None, int]]:
    """Sheet and line of the rows that accepted answers brought right."""
    answers = [one for one in records if record.delivery_id in settled_by(one)]
    found: set[tuple[str | None, int]] = set()
    for one in answers:
        rows = pl.read_parquet(io.BytesIO(lake.get("quarantine", (one.outcome or {})["settled"])))
        found |= set(rows.filter(pl.col("delivery_id") == record.delivery_id).select(_PLACE).iter_rows())
    return found
