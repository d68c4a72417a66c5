"""From blocks of rows to files in inboxes: when each file arrives, and what is noted of every record in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from citylake.simulator.basics.schedule import Period
from citylake.simulator.files.books import Books
from citylake.simulator.files.forms import Layout
from citylake.simulator.files.marks import Mark
from citylake.simulator.files.sinks import open_sink
from citylake.simulator.files.table import Table
from citylake.simulator.files.writers import PLAIN, Decoration

SHANGHAI = ZoneInfo("Asia/Shanghai")
AGAIN = "再报"


@dataclass(frozen=True)
class Delivery:
    """What a department sends for one period: `tables` makes its blocks, the same ones each time it is called.

    `marks` are faults all over the file (row numbers None); those of single rows stand in the blocks. `headers` and
    `encoding` are those of the edition of the form that the department used.
    """

    layout: Layout
    period: Period
    arrives: datetime
    tables: Callable[[], Iterator[Table]]
    headers: list[str]
    encoding: str
    rows: int = 0
    marks: tuple[Mark, ...] = ()
    decoration: Decoration = PLAIN

    @property
    def path(self) -> str:
        """Where the file lands, below the folder of the simulation."""
        return f"inbox/{self.layout.department}/{self.layout.file_name(self.period.label)}"

    @property
    def path_again(self) -> str:
        """Where the file lands when it is sent a second time under the same name."""
        return f"inbox/{self.layout.department}/{AGAIN}/{self.layout.file_name(self.period.label)}"

    @property
    def arrives_again(self) -> datetime:
        return self.arrives.replace(hour=15, minute=20, second=0) + timedelta(days=1)


@dataclass
class Inbox:
    """Writes files below `root`, counts them, and has the records of true ones noted in the books."""

    root: Path
    books: Books
    files: int = 0
    rows: int = 0
    size: int = 0

    def write(self, delivery: Delivery, path: str | None = None, arrives: datetime | None = None) -> str:
        """Writes the delivery as it is meant and notes every record; returns the path."""
        path = path or delivery.path
        self._write(delivery, path, arrives or delivery.arrives, delivery.headers, delivery.decoration, None)
        self.books.close_file(delivery.layout.dataset, path, delivery.marks)
        return path

    def write_wrong(
        self,
        delivery: Delivery,
        *,
        headers: list[str] | None = None,
        decoration: Decoration | None = None,
        change: Callable[[Table], None] | None = None,
    ) -> None:
        """Writes a copy that is not as meant, of which no record counts; `change` alters the cells of each block."""
        self._write(
            delivery,
            delivery.path,
            delivery.arrives,
            headers or delivery.headers,
            decoration or delivery.decoration,
            change or (lambda _: None),
        )

    def put(self, path: str, content: bytes, arrives: datetime) -> None:
        """Writes bytes, of which no record counts."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self._stamp(target, arrives)

    def _write(
        self,
        delivery: Delivery,
        path: str,
        arrives: datetime,
        headers: list[str],
        decoration: Decoration,
        change: Callable[[Table], None] | None,
    ) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        sink = open_sink(target, delivery.layout, headers, delivery.encoding, decoration)
        for table in delivery.tables():
            if change is not None:
                change(table)
            runs = sink.append(table.cells, table.sheet)
            if change is None:
                self.rows += table.cells.height
                self.books.note(table, path, delivery.headers, runs)
        sink.close()
        self._stamp(target, arrives)

    def _stamp(self, target: Path, arrives: datetime) -> None:
        moment = arrives.replace(tzinfo=SHANGHAI).timestamp()
        os.utime(target, (moment, moment))
        self.files += 1
        self.size += target.stat().st_size
