"""Business periods: `2025`, `2025Q3`, `2025-09`, `2025-09-30`, all in Asia/Shanghai."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from citylake.errors import DateUnreadable

_FORMS = (
    ("day", re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")),
    ("quarter", re.compile(r"([0-9]{4})-?[Qq]([1-4])")),
    ("month", re.compile(r"([0-9]{4})-?([0-9]{2})")),
    ("year", re.compile(r"([0-9]{4})")),
)


@dataclass(frozen=True, order=True)
class Period:
    """A business period from its first to its last day, both included."""

    start: date
    end: date
    text: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """Reads a period as people and file names write it; raises DateUnreadable."""
        for kind, form in _FORMS:
            if match := form.fullmatch(text.strip()):
                numbers = [int(group) for group in match.groups()]
                try:
                    return _FROM_NUMBERS[kind](*numbers)
                except ValueError as error:
                    raise DateUnreadable(text) from error
        raise DateUnreadable(text)

    @classmethod
    def day(cls, day: date) -> Period:
        return cls(day, day, day.isoformat())

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]), f"{year:04d}-{month:02d}")

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        last = 3 * quarter
        return cls(date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]), f"{year:04d}Q{quarter}")

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31), f"{year:04d}")


_FROM_NUMBERS: dict[str, Callable[..., Period]] = {
    "day": lambda year, month, day: Period.day(date(year, month, day)),
    "month": Period.month,
    "quarter": Period.quarter,
    "year": Period.year,
}


def periods_of_cycle(cycle: str, since: date, until: date) -> list[Period]:
    """Every period of an update cycle that ends from `since` to `until`.

    Weekly periods are named by their Sunday, as the departments name the weekly files.
    """
    if cycle == "daily":
        return [Period.day(since + timedelta(days=n)) for n in range((until - since).days + 1)]
    if cycle == "weekly":
        first = since + timedelta(days=6 - since.weekday())
        return [Period.day(first + timedelta(days=7 * n)) for n in range(max(0, (until - first).days // 7 + 1))]
    found = []
    for year in range(since.year, until.year + 1):
        if cycle == "monthly":
            found += [Period.month(year, month) for month in range(1, 13)]
        elif cycle == "quarterly":
            found += [Period.quarter(year, quarter) for quarter in range(1, 5)]
        else:
            found.append(Period.year(year))
    return [period for period in found if since <= period.end <= until]
