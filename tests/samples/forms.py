"""A small contract in any form, and what a file of it became: shared by the tests of forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from citylake.contracts import Contract
from citylake.staging.engine import Staged, stage_file

HEADERS = ["编号", "名称", "金额", "日期"]


def contract(form: dict[str, Any], *, columns: dict[str, Any] | None = None, **more: Any) -> Contract:
    """A dataset of four columns: item_id (a code, the key), item_name, amount_cny (decimal) and stat_date."""

    def column(name: str, header: str, kind: str, **rest: Any) -> dict[str, Any]:
        level = {"name": name, "zh": header, "type": kind, "level": 1, "meaning": name, "headers": [header]}
        return level | rest | (columns or {}).get(name, {})

    return Contract.model_validate(
        {
            "dataset": "test__items",
            "title": {"zh": "清单", "en": "items"},
            "each_row_is_a": "item",
            "owner": {"department": "测试"},
            "catalogue": {"code": "1", "share": "不予共享", "open": "不开放", "level": 1},
            "status": "active",
            "version": 1,
            "delivery": {
                "mode": "full", "cycle": "monthly", "file_name": "清单_{period}.x", "since": "2025-01-01",
                "due": {"days": 1, "time": "08:00"},
            },
            "form": form,
            "key": ["item_id"],
            "columns": {
                "item_id": column("item_id", "编号", "code", required=True),
                "item_name": column("item_name", "名称", "text"),
                "amount_cny": column("amount_cny", "金额", "decimal"),
                "stat_date": column("stat_date", "日期", "date"),
            },
            "not_records": ["^合计"],
            "reject": {"rows_at_most": 10, "share_at_most": 0.9},
        }
        | more
    )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """Accepted rows, quarantine and what the engine says of them."""

    staged: Staged
    accepted: pl.DataFrame
    quarantine: pl.DataFrame

    @property
    def reasons(self) -> list[tuple[str | None, int, str | None, str]]:
        """(sheet, line, column, reason) of all rejected and discarded cells and rows."""
        rejected = self.quarantine.filter(pl.col("kind") != "not_record") if self.quarantine.width else self.quarantine
        names = ("sheet_name", "line_number", "column_name", "reason_code")
        return rejected.select(names).rows() if rejected.height else []

    @property
    def aside(self) -> list[tuple[int, str]]:
        """(line, reason) of what is no record."""
        lines = self.quarantine.filter(kind="not_record").sort("sheet_name", "line_number", maintain_order=True)
        return lines.select("line_number", "reason_code").rows()


def stage(path: Path, terms: Contract, period_end: date | None = None, megabytes: int = 2048) -> Outcome:
    """Stages a file as a delivery of its own and proves that its rows were counted a second way."""
    out = path.parent / f"out-{path.name}"
    out.mkdir(exist_ok=True)
    staged = stage_file(
        path, terms, {}, "d-1", out, file_name=path.name, period_end=period_end, memory_megabytes=megabytes
    )
    assert staged.second_count is not None
    assert staged.reading is not None
    assert staged.second_count.number == staged.rows_in_file + staged.reading.lines_beyond_rows
    parts = [pl.read_parquet(part) for part in staged.parts]
    accepted = pl.concat(parts, how="diagonal") if parts else pl.DataFrame()
    quarantine = pl.read_parquet(staged.rejects) if staged.rejects else pl.DataFrame()
    return Outcome(staged, accepted, quarantine)
