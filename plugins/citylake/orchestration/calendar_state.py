"""What was due and what came: each expected delivery with its first arrival, and the rates of a department (DHIS2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from citylake.contracts.calendar import ExpectedDelivery
from citylake.orchestration.records import Record


@dataclass(frozen=True)
class Expected:
    """One delivery that was due, and when the first file that covers its period came (None: not yet)."""

    due: ExpectedDelivery
    arrived_at: datetime | None

    @property
    def is_on_time(self) -> bool:
        return self.arrived_at is not None and self.arrived_at <= self.due.due_at

    def is_overdue(self, as_of: datetime) -> bool:
        return self.arrived_at is None and self.due.due_at <= as_of


def match_arrivals(expected: Iterable[ExpectedDelivery], records: Iterable[Record]) -> list[Expected]:
    """Pairs each expected delivery with its first arrival. What was refused or taken back has not arrived."""
    exact: dict[tuple[str | None, str, str], datetime] = {}
    spans: dict[str | None, list[tuple[str, str, datetime]]] = defaultdict(list)
    for record in records:
        if record.is_whole and record.status in ("accepted", "held", None) and record.dataset_id:
            start, end = record.manifest["period_start"], record.period_end
            key = (record.dataset_id, start, end)
            exact[key] = min(exact.get(key, record.received_at), record.received_at)
            spans[record.dataset_id].append((start, end, record.received_at))
    return [Expected(one, _first(one, exact, spans[one.dataset_id])) for one in expected]


def _first(
    due: ExpectedDelivery,
    exact: dict[tuple[str | None, str, str], datetime],
    spans: Sequence[tuple[str, str, datetime]],
) -> datetime | None:
    """A file may bring more than one period, as a year's file brings its months."""
    start, end = due.period_start.isoformat(), due.period_end.isoformat()
    if found := exact.get((due.dataset_id, start, end)):
        return found
    return min((at for first, last, at in spans if first <= start and end <= last), default=None)


def rate_pct(part: int, whole: int) -> float | None:
    """A share in percent with one decimal; None where nothing was expected."""
    return round(100 * part / whole, 1) if whole else None
