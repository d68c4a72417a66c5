"""Small deliveries of the household register on a real store, as the tests of corrections, volume and back-fill use."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from citylake import landing, staging
from citylake.contracts import Contract, load_contracts
from citylake.lake import Lake
from citylake.settings import Settings
from citylake.staging.deliveries import StagingSummary
from samples import residents_file

DATASET = "public_security__resident_register"


@dataclass
class Register:
    """The department of the household register: sends files, and looks at what became of them."""

    store: Settings
    folder: Path
    sent: list[str] = field(default_factory=list)

    @property
    def contract(self) -> Contract:
        return load_contracts(self.store.contracts).datasets[DATASET]

    def send(self, *rows: str, day: str = "20250930", mark: str = "", stage: bool = True) -> str:
        """Delivers rows as one file; returns the delivery id."""
        return self.put(residents_file.text(*rows).encode("gb18030"), f"户籍人口信息_{day}{mark}.csv", stage=stage)

    def put(self, data: bytes, name: str, *, stage: bool = True) -> str:
        path = self.folder / f"{len(self.sent)}" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        known = set(self.manifests())
        landing.deliver(self.store, [path])
        landing.land(self.store)
        (new,) = set(self.manifests()) - known
        self.sent.append(new)
        if stage:
            self.stage()
        return new

    def stage(self) -> StagingSummary:
        return staging.stage(self.store)

    def answer(self, delivery_id: str, *rows: tuple[int, str], suffix: str = "") -> str:
        """Sends a correction list back: (original line, row as it is right now)."""
        path = self.folder / f"校核单_{delivery_id}{suffix}.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("待更正行")
            headers = [column.header for column in self.contract.columns.values()]
            sheet.write_row(0, 0, ["校核单号", "原工作表", "原行号", *headers, "问题"])
            for number, (line, row) in enumerate(rows, 1):
                sheet.write_row(number, 0, [f"JH-{delivery_id}", "", str(line), *row.split(","), "见回执"])
        return self.put(path.read_bytes(), path.name)

    def manifests(self) -> dict[str, dict[str, Any]]:
        lake = Lake(self.store)
        keys = [item.key for item in lake.list("landing") if item.key.endswith("/manifest.json")]
        return {key.split("/")[3]: json.loads(lake.get("landing", key)) for key in keys}

    def outcome(self, delivery_id: str) -> dict[str, Any]:
        return dict(json.loads(Lake(self.store).get("staging", f"{DATASET}/{delivery_id}/outcome.json")))

    def quarantined(self, delivery_id: str, name: str = "rows.parquet") -> pl.DataFrame:
        return pl.read_parquet(Lake(self.store).get("quarantine", f"{DATASET}/{delivery_id}/{name}"))

    def settled(self, delivery_id: str) -> list[tuple[str, int]]:
        """(delivery, line) of the rejected rows that this delivery brings right."""
        frame = self.quarantined(delivery_id, "settled.parquet")
        return sorted(frame.select("delivery_id", "line_number").iter_rows())


def good(number: int, **changes: str) -> str:
    return residents_file.row(number, **changes)


def bad(number: int) -> str:
    return residents_file.row(number, resident_id="1")
