"""Whole deliveries that go wrong: late, missing, sent twice, revised, cut off, in another encoding, headless."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import polars as pl

from citylake.simulator.deliveries import Delivery, Inbox
from citylake.simulator.schedule import Schedule
from citylake.simulator.table import Table

Plant = Callable[[Inbox, Delivery], None]


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


def deliver(inbox: Inbox, delivery: Delivery, plan: dict[tuple[str, str], str]) -> str:
    """Writes a delivery with whatever goes wrong with it; returns the path of the file as first sent."""
    fault = plan.get((delivery.layout.dataset, delivery.period.label))
    if fault is None:
        return inbox.write(delivery)
    PLANTS[fault](inbox, delivery)
    inbox.books.write_faults()
    return delivery.path


def put_strangers(inbox: Inbox, schedule: Schedule) -> None:
    """Files that no contract knows, and names that are hard to handle."""
    when = datetime.combine(schedule.until, time(11, 5)) + timedelta(days=1)
    for name, kind in (
        ("测试数据导出.csv", "unknown_dataset"),
        ("政务云资源台账_202508 (1)[最终版] 副本#2.csv", "odd_file_name"),
    ):
        path = f"inbox/big_data/{name}"
        inbox.put(path, "编号,内容\n1,无\n".encode(), when)
        inbox.books.faults.add_file("", path, kind, "refused", "file.unknown_dataset")


def _note(inbox: Inbox, delivery: Delivery, kind: str, expected: str, reason: str = "", path: str = "") -> None:
    inbox.books.faults.add_file(delivery.layout.dataset, path or delivery.path, kind, expected, reason)


def _missing(inbox: Inbox, delivery: Delivery) -> None:
    _note(inbox, delivery, "missing_delivery", "overdue")


def _late(inbox: Inbox, delivery: Delivery) -> None:
    days = 3 if delivery.layout.cycle == "daily" else 12
    inbox.write(delivery, arrives=datetime.combine(delivery.period.end, time(10, 40)) + timedelta(days=days))
    _note(inbox, delivery, "late_delivery", "late")


def _twice(inbox: Inbox, delivery: Delivery) -> None:
    inbox.write(delivery)
    inbox.put(delivery.path_again, (inbox.root / delivery.path).read_bytes(), delivery.arrives_again)
    _note(inbox, delivery, "delivered_twice", "duplicate", path=delivery.path_again)


def _revised(inbox: Inbox, delivery: Delivery) -> None:
    """What was sent before the revision: every second case with the wrong channel, and the last rows missing."""

    def change(table: Table) -> None:
        wrong = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("窗口")).otherwise("channel_code")
        kept = table.cells.head(max(1, table.cells.height * 9 // 10))
        table.cells = kept.with_columns(wrong.alias("channel_code"))

    inbox.write_wrong(delivery, change=change)
    inbox.write(delivery, delivery.path_again, delivery.arrives_again)
    _note(inbox, delivery, "revised_delivery", "superseded")


def _truncated(inbox: Inbox, delivery: Delivery) -> None:
    """The file as it looks when the transfer stops in the middle of a field (never inside a character)."""
    inbox.write(delivery, delivery.path_again, delivery.arrives_again)
    text = (inbox.root / delivery.path_again).read_bytes().decode(delivery.encoding)
    last = text.rstrip("\n").rfind("\n")
    cut = text[: last + max(3, (len(text) - last) // 3)]
    inbox.put(delivery.path, cut.encode(delivery.encoding), delivery.arrives)
    _note(inbox, delivery, "truncated_file", "refused", "file.truncated")


def _bytes_changed(inbox: Inbox, delivery: Delivery, change: Callable[[bytes], bytes]) -> None:
    inbox.write_wrong(delivery)
    inbox.files -= 1
    inbox.put(delivery.path, change((inbox.root / delivery.path).read_bytes()), delivery.arrives)


def _wrong_encoding(inbox: Inbox, delivery: Delivery) -> None:
    _bytes_changed(inbox, delivery, lambda good: good.decode(delivery.encoding).encode("utf-16-le"))
    _note(inbox, delivery, "wrong_encoding", "refused", "file.encoding")


def _missing_header(inbox: Inbox, delivery: Delivery) -> None:
    _bytes_changed(inbox, delivery, lambda good: good[good.index(b"\n") + 1 :])
    _note(inbox, delivery, "missing_header", "refused", "file.header_missing")


def _renamed_column(inbox: Inbox, delivery: Delivery) -> None:
    headers = delivery.headers
    inbox.write_wrong(delivery, headers=[*headers[:5], f"{headers[5]}(新)", *headers[6:]])
    _note(inbox, delivery, "renamed_column", "refused", "file.column_missing")


def _numbers_for_text(inbox: Inbox, delivery: Delivery) -> None:
    numeric = replace(delivery.decoration, numeric=frozenset({delivery.layout.fields[0].name}))
    inbox.write_wrong(delivery, decoration=numeric)
    _note(inbox, delivery, "numbers_for_text", "held", "delivery.over_threshold")


def _empty(inbox: Inbox, delivery: Delivery) -> None:
    inbox.put(delivery.path, b"", delivery.arrives)
    _note(inbox, delivery, "empty", "refused", "file.empty")


PLANTS: dict[str, Plant] = {
    "missing": _missing,
    "late": _late,
    "twice": _twice,
    "revised": _revised,
    "truncated": _truncated,
    "wrong_encoding": _wrong_encoding,
    "missing_header": _missing_header,
    "renamed_column": _renamed_column,
    "numbers_for_text": _numbers_for_text,
    "empty": _empty,
}
