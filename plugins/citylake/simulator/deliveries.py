"""From tables to files in inboxes: what goes wrong, when each file arrives, where every row came to stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from citylake.simulator.forms import Layout
from citylake.simulator.marks import FaultList, Mark
from citylake.simulator.schedule import Period, Schedule
from citylake.simulator.table import Table
from citylake.simulator.writers import PLAIN, Decoration, write

SHANGHAI = ZoneInfo("Asia/Shanghai")
AGAIN = "再报"
ENTITY_TYPES = {
    "person": "P",
    "legal_entity": "L",
    "certificate": "C",
    "credit_subject": "K",
    "place": "A",
}


@dataclass(frozen=True)
class Delivery:
    """What a department sends for one period: `tables` makes its blocks, the same ones each time it is called.

    `marks` are faults all over the file (row numbers None); those of single rows stand in the blocks.
    """

    layout: Layout
    period: Period
    arrives: datetime
    tables: Callable[[], Iterator[Table]]
    marks: list[Mark]
    decoration: Decoration = PLAIN


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
    faults: FaultList = field(default_factory=FaultList)
    links: list[pl.DataFrame] = field(default_factory=list)
    files: int = 0
    rows: int = 0
    size: int = 0

    def deliver(self, delivery: Delivery) -> str:
        """Writes the delivery of a period, with whatever goes wrong with it; returns the inbox path."""
        layout, period, decoration = delivery.layout, delivery.period, delivery.decoration
        arrives = delivery.arrives
        path = f"inbox/{layout.department}/{layout.file_name(period.label)}"
        again = f"inbox/{layout.department}/{AGAIN}/{layout.file_name(period.label)}"
        fault = self.plan.get((layout.dataset, period.label), "")
        headers = {one.name: one.header for one in layout.fields}
        table = _whole(delivery)
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
        self.faults.add_table(layout.dataset, kept, layout.sheet, headers, lines, [*table.marks, *delivery.marks])
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
        """Which true thing each record names, from the columns `_<entity type>` and `_<entity type>__<role>`."""
        for column in table.frame.columns:
            entity_type, _, role = column.removeprefix("_").partition("__")
            if not column.startswith("_") or entity_type not in ENTITY_TYPES:
                continue
            index = table.frame[column].to_numpy()
            named = np.flatnonzero(index >= 0)
            self.links.append(
                pl.DataFrame({"line_number": lines[named]}, schema={"line_number": pl.Int64}).select(
                    pl.lit(entity_type).alias("entity_type"),
                    entity_ids(entity_type, index[named]).alias("true_entity_id"),
                    pl.lit(table.layout.dataset).alias("dataset_id"),
                    pl.lit(path.rsplit("/", 1)[-1]).alias("file_name"),
                    pl.lit(table.layout.sheet, dtype=pl.String).alias("sheet_name"),
                    "line_number",
                    pl.lit(path).alias("path"),
                    pl.lit(role or "self").alias("role"),
                )
            )

    def entity_links(self) -> pl.DataFrame:
        """One row a record and thing named in it, in the order of the files."""
        return pl.concat(self.links)


def entity_ids(entity_type: str, index: np.ndarray) -> pl.Series:
    """The true ids: a letter for the type and the index in the world as eight digits (P00000042)."""
    return ENTITY_TYPES[entity_type] + pl.Series(index + 10**8).cast(pl.String).str.slice(1)


def _whole(delivery: Delivery) -> Table:
    """All blocks as one table."""
    blocks = list(delivery.tables())
    if len(blocks) == 1:
        return blocks[0]
    table = Table(delivery.layout, pl.concat(one.frame for one in blocks), pl.concat(one.cells for one in blocks))
    start = 0
    for one in blocks:
        for mark in one.marks:
            rows = None if mark.rows is None else mark.rows + start
            table.marks.append(Mark(mark.kind, mark.column, rows, mark.expected, mark.reason))
        start += one.cells.height
    return table


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
