"""One case of the fault catalogue: a broken delivery and what must become of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from samples import roster
from samples.seeing import Seen

HEADER = "aside line 1 row.header"


@dataclass(frozen=True)
class Case:
    """Row of the catalogue, the fault, the outcome as `samples.seeing` writes it, and the bytes."""

    number: str
    fault: str
    expected: str
    data: Callable[[], bytes]
    form: str | dict[str, Any] = "csv"
    changes: dict[str, Any] = field(default_factory=dict)
    # What else must hold of what was taken: values, evidence.
    also: Callable[[Seen], None] | None = None
    file_name: str = "补贴卡名册_202509.csv"
    block_bytes: int = 32 * 1024 * 1024


def text(records: Sequence[roster.Row], **options: Any) -> str:
    return roster.csv_text(roster.table(records), **options)


def with_line(number: int, line: str, count: int = 5) -> str:
    """The register with one physical line (from 1) replaced."""
    lines = text(roster.rows(count)).splitlines(keepends=True)
    lines[number - 1] = line
    return "".join(lines)


def holds(column: str, values: Sequence[object]) -> Callable[[Seen], None]:
    """Whether the accepted rows hold these values, in this order."""

    def check(seen: Seen) -> None:
        assert seen.accepted[column].to_list() == list(values)

    return check


def the_good_rows(count: int = 5) -> Callable[[Seen], None]:
    """Whether the accepted rows are those of `roster.rows`, value by value."""

    def check(seen: Seen) -> None:
        found = seen.accepted.sort("line_number").select(list(roster.COLUMNS)).rows()
        assert [tuple(map(str, one)) for one in found] == [
            tuple({"amount_cny": "12.5", "sex": "1"}.get(name, value) for name, value in record.items())
            for record in roster.rows(count)
        ]

    return check


def rejected(lines: Sequence[int], what: str) -> str:
    return "rejected " + ", ".join(f"line {line} {what}" for line in lines)
