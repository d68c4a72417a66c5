"""From tables to files in inboxes: what goes wrong, when each file arrives, where every row came to stand."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from citylake.simulator.marks import FaultList
from citylake.simulator.schedule import Period, Schedule
from citylake.simulator.table import Table
from citylake.simulator.writers import PLAIN, Decoration, write

SHANGHAI = ZoneInfo("Asia/Shanghai")
AGAIN = "再报"
PERSON_DATASETS = {
    "public_security__resident_register",
    "human_resources__insured_persons",
    "human_resources__social_security_cards",
    "human_resources__electronic_card_issuance",
    "medical_insurance__insured_persons",
    "medical_insurance__voucher_activations",
}
LEGAL_DATASETS = {"market_supervision__enterprises", "tax__taxpayers", "industry__cloud_enterprises"}


def planned_faults(schedule: Schedule, level: str) -> dict[tuple[str, str], str]:
    """Which deliveries go wrong, by dataset and label; days and months are chosen inside the simulated stretch."""
    if level == "none":
        return {}
    daily = [period.label for period in schedule.daily()]
    days = [label for label in daily if len(label) == 8]
    months = [period.label for period in schedule.monthly()]
    middle = months[len(months) // 2]
    plan = {
        ("human_resources__social_security_cards", months[-1]): "late",
        ("public_security__resident_register", days[len(days) // 2]): "late",
        ("big_data__sharing_interfaces", days[len(days) * 3 // 5]): "missing",
        ("human_resources__electronic_card_issuance", days[len(days) // 3]): "twice",
        ("government_services__cases", days[len(days) // 4]): "revised",
        ("market_supervision__enterprises", days[len(days) // 5]): "truncated",
    }
    if level == "all":
        plan |= {
            ("tax__taxpayers", middle): "wrong_encoding",
            ("big_data__cloud_servers", middle): "missing_header",
            ("big_data__resource_catalogue", middle): "renamed_column",
            ("public_security__signal_junctions", middle): "numbers_for_text",
            ("big_data__sharing_interfaces", days[len(days) // 7]): "empty",
        }
    return plan


@dataclass
class Inbox:
    """Writes deliveries below `root/inbox` and keeps the books: faults, entity links, counts."""

    root: Path
    plan: dict[tuple[str, str], str]
    true_ids: dict[str, pl.Series]
    faults: FaultList = field(default_factory=FaultList)
    links: list[pl.DataFrame] = field(default_factory=list)
    files: int = 0
    rows: int = 0
    size: int = 0

    def deliver(self, table: Table, period: Period, arrives: datetime, decoration: Decoration = PLAIN) -> str:
        """Writes one table as the delivery of a period, with whatever goes wrong with it; returns the inbox path."""
        layout = table.layout
        path = f"inbox/{layout.department}/{layout.file_name(period.label)}"
        again = f"inbox/{layout.department}/{AGAIN}/{layout.file_name(period.label)}"
        fault = self.plan.get((layout.dataset, period.label), "")
        headers = {one.name: one.header for one in layout.fields}
        good, lines = write(layout, table.cells, list(headers.values()), decoration)
        later = datetime.combine(arrives.date(), time(15, 20)) + timedelta(days=1)
        note = self.faults.add_file
        if fault == "missing":
            note(layout.dataset, path, "missing_delivery", "overdue")
            return path
        kept = path
        if fault == "late":
            arrives = datetime.combine(period.end, time(10, 40)) + timedelta(days=3 if layout.cycle == "daily" else 12)
            note(layout.dataset, path, "late_delivery", "late")
        if fault == "twice":
            self._put(again, good, later, 0)
            note(layout.dataset, again, "delivered_twice", "duplicate")
        if fault in ("revised", "truncated"):
            first = _before_revision(table, list(headers.values())) if fault == "revised" else _cut(good)
            self._put(path, first, arrives, 0)
            kind, expected = ("revised_delivery", "superseded") if fault == "revised" else ("truncated_file", "refused")
            note(layout.dataset, path, kind, expected, "" if fault == "revised" else "file.truncated")
            kept, arrives = again, later
        if fault in _SPOILERS:
            broken, expected, reason = _SPOILERS[fault](table, good, list(headers.values()), decoration)
            self._put(path, broken, arrives, 0)
            note(layout.dataset, path, fault, expected, reason)
            return path
        self._put(kept, good, arrives, table.cells.height)
        self.faults.add_table(layout.dataset, kept, layout.sheet, headers, lines, table.marks)
        self._link(table, kept, lines)
        return kept

    def put_strangers(self, schedule: Schedule) -> None:
        """Files that no contract knows, and names that are hard to handle."""
        when = datetime.combine(schedule.until, time(11, 5)) + timedelta(days=1)
        for name, kind in (
            ("测试数据导出.csv", "unknown_dataset"),
            ("政务云资源台账_202508 (1)[最终版] 副本#2.csv", "odd_file_name"),
        ):
            path = f"inbox/big_data/{name}"
            self._put(path, "编号,内容\n1,无\n".encode(), when, 0)
            self.faults.add_file("", path, kind, "refused", "file.unknown_dataset")

    def _put(self, path: str, content: bytes, arrives: datetime, rows: int) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        moment = arrives.replace(tzinfo=SHANGHAI).timestamp()
        os.utime(target, (moment, moment))
        self.files += 1
        self.rows += rows
        self.size += len(content)

    def _link(self, table: Table, path: str, lines: np.ndarray) -> None:
        dataset = table.layout.dataset
        if dataset not in PERSON_DATASETS | LEGAL_DATASETS:
            return
        entity_type = "person" if dataset in PERSON_DATASETS else "legal_entity"
        self.links.append(
            pl.DataFrame(
                {
                    "true_entity_id": self.true_ids[entity_type].gather(table.frame["_entity"]),
                    "line_number": pl.Series(lines, dtype=pl.Int64),
                }
            ).select(
                pl.lit(entity_type).alias("entity_type"),
                "true_entity_id",
                pl.lit(dataset).alias("dataset_id"),
                pl.lit(path.rsplit("/", 1)[-1]).alias("file_name"),
                pl.lit(table.layout.sheet, dtype=pl.String).alias("sheet_name"),
                "line_number",
                pl.lit(path).alias("path"),
            )
        )


def _before_revision(table: Table, headers: list[str]) -> bytes:
    """What was sent before the revision: every second case with the wrong channel, and the last rows missing."""
    cells = table.cells.head(max(1, table.cells.height * 9 // 10))
    wrong = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("窗口")).otherwise("channel_code")
    return write(table.layout, cells.with_columns(wrong.alias("channel_code")), headers)[0]


def _cut(content: bytes) -> bytes:
    """The file as it looks when the transfer stops in the middle of a field (never inside a character)."""
    text = content.decode("gb18030")
    last = text.rstrip("\n").rfind("\n")
    return text[: last + max(3, (len(text) - last) // 3)].encode("gb18030")


def _wrong_encoding(table: Table, good: bytes, headers: list[str], decoration: Decoration) -> tuple[bytes, str, str]:
    return good.decode(table.layout.encoding).encode("utf-16-le"), "refused", "file.encoding"


def _missing_header(table: Table, good: bytes, headers: list[str], decoration: Decoration) -> tuple[bytes, str, str]:
    return good[good.index(b"\n") + 1 :], "refused", "file.header_missing"


def _renamed_column(table: Table, good: bytes, headers: list[str], decoration: Decoration) -> tuple[bytes, str, str]:
    renamed = [*headers[:5], f"{headers[5]}(新)", *headers[6:]]
    return write(table.layout, table.cells, renamed, decoration)[0], "refused", "file.column_missing"


def _numbers_for_text(table: Table, good: bytes, headers: list[str], decoration: Decoration) -> tuple[bytes, str, str]:
    numeric = Decoration(
        decoration.title, decoration.footer, decoration.notes, frozenset({table.layout.fields[0].name})
    )
    return write(table.layout, table.cells, headers, numeric)[0], "held", "delivery.over_threshold"


def _empty(table: Table, good: bytes, headers: list[str], decoration: Decoration) -> tuple[bytes, str, str]:
    return b"", "refused", "file.empty"


_SPOILERS = {
    "wrong_encoding": _wrong_encoding,
    "missing_header": _missing_header,
    "renamed_column": _renamed_column,
    "numbers_for_text": _numbers_for_text,
    "empty": _empty,
}
