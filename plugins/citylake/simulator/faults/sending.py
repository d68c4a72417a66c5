"""How a department sends: late, not at all, twice, first wrong and then right; and how a spoilt file is put there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import polars as pl

from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.faults.files import ANY, ENOUGH_ROWS, HELD, REFUSED, WARNED, FileFault, Sent, Spoilt, cut
from citylake.simulator.files.deliveries import Delivery, Inbox
from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.marks import Mark
from citylake.simulator.files.sinks import open_sink
from citylake.simulator.files.table import Table
from citylake.simulator.files.writers import Decoration, Run

LATE, OVERDUE, DUPLICATE, SUPERSEDED = "late", "overdue", "duplicate", "superseded"
_DAYS_LATE = {"daily": 3, "monthly": 25}


def send(inbox: Inbox, delivery: Delivery, fault: FileFault) -> None:
    """Writes what arrives of a delivery that suffers a fault, and notes it.

    A file that cannot be taken comes again, whole, the next day; one that can be read all the same counts as it is.
    """
    dataset, note = delivery.layout.dataset, inbox.books.faults.add_file
    if fault.expected == OVERDUE:
        note(dataset, delivery.path, fault.kind, fault.expected)
    elif fault.expected == LATE:
        days = timedelta(days=_DAYS_LATE[delivery.layout.cycle])
        inbox.write(delivery, arrives=datetime.combine(delivery.period.end, time(10, 40)) + days)
        note(dataset, delivery.path, fault.kind, fault.expected)
    elif fault.expected == DUPLICATE:
        inbox.write(delivery)
        inbox.put(delivery.path_again, (inbox.root / delivery.path).read_bytes(), delivery.arrives_again)
        note(dataset, delivery.path_again, fault.kind, fault.expected)
    else:
        _spoil(inbox, delivery, fault)
    inbox.books.write_faults()


def _spoil(inbox: Inbox, delivery: Delivery, fault: FileFault) -> None:
    sent = _as_it_should_be(inbox, delivery)
    spoilt = fault.spoil(sent)
    inbox.put(delivery.path, spoilt.content, delivery.arrives)
    file_mark = Mark(fault.kind, None, None, fault.expected, fault.reason)
    if fault.expected in (REFUSED, HELD, SUPERSEDED, WARNED):
        inbox.books.close_file(delivery.layout.dataset, delivery.path, [file_mark])
        inbox.write(delivery, delivery.path_again, delivery.arrives_again)
        return
    lines = sent.lines if spoilt.lines is None else spoilt.lines
    sent.table.marks.extend(spoilt.marks)
    inbox.rows += len(lines)
    sheet = delivery.layout.sheet if delivery.layout.form in ("xlsx", "xls") else None
    inbox.books.note(sent.table, delivery.path, delivery.headers, [Run(0, sheet, lines)])
    whole = [] if spoilt.marks else [file_mark]
    inbox.books.close_file(delivery.layout.dataset, delivery.path, [*delivery.marks, *whole])


def _as_it_should_be(inbox: Inbox, delivery: Delivery) -> Sent:
    table = _whole(delivery)
    target = inbox.root / delivery.path
    target.parent.mkdir(parents=True, exist_ok=True)

    def render(cells: pl.DataFrame, headers: list[str], decoration: Decoration) -> tuple[bytes, np.ndarray]:
        kinds = {one.name: one.kind for one in delivery.layout.fields}
        fields = tuple(Field(name, name, kinds.get(name, "text")) for name in cells.columns)
        sink = open_sink(target, replace(delivery.layout, fields=fields), headers, delivery.encoding, decoration)
        runs = sink.append(cells, table.sheet)
        sink.close()
        return target.read_bytes(), np.concatenate([run.lines for run in runs])

    good, lines = render(table.cells, delivery.headers, delivery.decoration)
    return Sent(delivery.layout, table, delivery.headers, delivery.encoding, delivery.decoration, render, good, lines)


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


def _fewer_rows(sent: Sent) -> Spoilt:
    """What was sent before the revision lacks the last tenth of the rows."""
    cells = sent.table.cells
    return Spoilt(sent.again(cells.head(cells.height - max(1, cells.height // 10)))[0])


def _tenth(sent: Sent) -> Spoilt:
    """The export ran over one of the districts only."""
    return Spoilt(sent.again(sent.table.cells.head(sent.table.cells.height // 10))[0])


def _number(layout: Layout) -> str:
    """The column that tells the records apart."""
    return next(one.name for one in layout.fields if one.kind == "code")


def _many_times(sent: Sent) -> Spoilt:
    """The export was joined with its history: every record six times, under numbers of its own."""
    name = _number(sent.layout)
    copies = [sent.table.cells.with_columns(pl.col(name) + f"-{at}") for at in range(6)]
    return Spoilt(sent.again(pl.concat(copies))[0])


def _district_gone(sent: Sent) -> Spoilt:
    """The rows of the first district of the file are missing."""
    first = sent.table.frame["division_code"].eq(sent.table.frame["division_code"][0])
    return Spoilt(sent.again(sent.table.cells.filter(~first))[0])


def _numbers_gone(sent: Sent) -> Spoilt:
    """Two rows of five have lost the number that tells the records apart."""
    name = _number(sent.layout)
    empty = pl.when(pl.int_range(pl.len()) % 5 > 2).then(None).otherwise(name)
    return Spoilt(sent.again(sent.table.cells.with_columns(empty.alias(name)))[0])


def _as_meant(sent: Sent) -> Spoilt:
    return Spoilt(sent.good)


def _state_by_district(layout: Layout) -> bool:
    return layout.is_state and any(one.name == "division_code" for one in layout.fields)


def _has_number(layout: Layout) -> bool:
    return layout.fields[0].kind == "code"


def _daily(layout: Layout) -> bool:
    return layout.cycle == "daily" and not layout.is_state


def _daily_state(layout: Layout) -> bool:
    return layout.is_state


def _monthly(layout: Layout) -> bool:
    return layout.cycle == "monthly"


USUAL_FAULTS = (
    FileFault("51", "late_delivery", ANY, LATE, "", _as_meant, _daily),
    FileFault("51", "late_delivery", ANY, LATE, "", _as_meant, _monthly),
    FileFault("51", "missing_delivery", ANY, OVERDUE, "", _as_meant, _daily_state),
    FileFault("35", "delivered_twice", ANY, DUPLICATE, "", _as_meant, _daily),
    FileFault("36", "revised_delivery", "csv", SUPERSEDED, "", _fewer_rows, _daily, rows=3),
    FileFault("6", "truncated_file", "csv", REFUSED, "file.truncated", cut, rows=3),
)

# Row counts are compared with the last deliveries, so these come when there are some.
SENDING_FAULTS = (
    FileFault("53", "rows_much_fewer", ANY, HELD, "delivery.volume_rows", _tenth, _daily_state, ENOUGH_ROWS, after=8),
    FileFault("53", "rows_many_times", ANY, HELD, "delivery.volume_rows", _many_times, _daily_state, 2, after=8),
    FileFault(
        "53", "one_district_absent", ANY, HELD, "delivery.volume_group_gone", _district_gone, _state_by_district,
        ENOUGH_ROWS, after=4,
    ),
    FileFault("53", "numbers_gone", "csv", HELD, "delivery.over_threshold", _numbers_gone, _has_number, ENOUGH_ROWS),
)  # fmt: skip


def put_strangers(inbox: Inbox, schedule: Schedule) -> None:
    """Files that no contract knows, and names that are hard to handle."""
    when = datetime.combine(schedule.until, time(11, 5)) + timedelta(days=1)
    for name, kind in (
        ("测试数据导出.csv", "unknown_dataset"),
        ("政务云资源台账_202508 (1)[最终版] 副本#2.csv", "odd_file_name"),
        ("政务云资源台账_*.csv", "odd_file_name"),
        ("😀导出?.csv", "odd_file_name"),
        (f"{'长' * 70}.csv", "odd_file_name"),
    ):
        path = f"inbox/big_data/{name}"
        inbox.put(path, "编号,内容\n1,无\n".encode(), when)
        inbox.books.faults.add_file("", path, kind, REFUSED, "file.unknown_dataset")
