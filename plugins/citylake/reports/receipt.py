"""What a receipt (回执) says of one delivery, as plain facts: gathered by orchestration, printed by `receipt_files`.

A receipt goes back to the department that delivered the file and to no one else. Unlike every other report it repeats
values as they were delivered, resident IDs among them: without them a clerk cannot find the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# `superseded` is a delivery that was taken back; one that a later revision replaced keeps what it was told.
Status = Literal["accepted", "held", "refused", "duplicate", "superseded"]

# Beyond these a list is of no use to a clerk: the file is corrected in its source system and delivered again whole.
PROBLEMS_SHOWN = 50_000
ROWS_SHOWN = 10_000
NOT_RECORDS_SHOWN = 2_000


def request_id(delivery_id: str) -> str:
    """The number of the correction list (校核单) of a delivery."""
    return f"JH-{delivery_id}"


@dataclass(frozen=True)
class Counts:
    """Rows of one delivery: rows_in_file = accepted + rejected + not_records."""

    rows_in_file: int
    accepted: int
    rejected: int
    not_records: int


@dataclass(frozen=True)
class SecondCount:
    """Rows counted a second way, by code that shares nothing with the parser."""

    number: int
    unit: str


@dataclass(frozen=True)
class Problem:
    """One rule broken by one cell or row. `column` is the header a clerk knows; without a line the file is meant."""

    sheet: str | None
    line: int | None
    column: str | None
    value: str | None
    reason_code: str
    is_row_rejected: bool = True


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one reason in one column, with where the first of them stands."""

    reason_code: str
    column: str | None
    count: int
    sheet: str | None
    line: int | None


@dataclass(frozen=True)
class RowToCorrect:
    """A rejected row, its cells as delivered in the order of the headers; `wrong` are the positions of bad cells."""

    sheet: str | None
    line: int
    cells: tuple[str | None, ...]
    wrong: frozenset[int]
    says: str


@dataclass(frozen=True)
class NotRecord:
    """A line that is no record: a title, a total, a signature."""

    sheet: str | None
    line: int | None
    text: str | None
    reason_code: str


@dataclass(frozen=True)
class Refusal:
    """Why a whole file was not taken, and where in the file that shows."""

    reason_code: str
    text: str
    action: str = ""
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Earlier:
    """The delivery of the same dataset before this one."""

    period: str
    received_at: datetime
    counts: Counts


@dataclass(frozen=True)
class Answered:
    """A correction list that this delivery answers: rows it settled, and rows still open."""

    request_id: str
    file_name: str
    rows_settled: int
    rows_open: int


@dataclass(frozen=True)
class Table:
    """The contract's headers in order, with the values that coded columns may take (position -> spellings)."""

    headers: tuple[str, ...] = ()
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """All that one receipt says. Lists are bounded; their `…_total` is the whole number."""

    delivery_id: str
    status: Status
    department: str
    dataset_id: str | None
    dataset_zh: str | None
    period: str | None
    kind: str | None
    file_name: str
    sha256: str
    size_bytes: int
    received_at: datetime
    due_at: datetime | None
    is_late: bool
    contract_version: int | None
    reason_code: str | None = None
    message: str | None = None
    answer_due_at: datetime | None = None
    counts: Counts | None = None
    second_count: SecondCount | None = None
    earlier: Earlier | None = None
    refusal: Refusal | None = None
    groups: tuple[ProblemGroup, ...] = ()
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    rows_to_correct: tuple[RowToCorrect, ...] = ()
    rows_to_correct_total: int = 0
    not_records: tuple[NotRecord, ...] = ()
    not_records_total: int = 0
    table: Table = field(default_factory=Table)
    notes: tuple[str, ...] = ()
    answered: tuple[Answered, ...] = ()

    @property
    def request_id(self) -> str:
        return request_id(self.delivery_id)
