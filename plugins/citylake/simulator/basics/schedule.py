"""Which periods are delivered, how their files are labelled, and when they arrive (Asia/Shanghai)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from citylake.simulator.basics.drawing import day


@dataclass(frozen=True)
class Period:
    """One delivered period: the label in the file name, and its first and last day.

    `begin` is what an increment starts with: for the first file of a dataset long before, so it holds the stock.
    """

    label: str
    begin: date
    end: date

    @property
    def first_second(self) -> int:
        return day(self.begin) * 86400

    @property
    def next_second(self) -> int:
        return (day(self.end) + 1) * 86400


LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True)
class Schedule:
    """The delivery calendar of one simulated stretch of months that ends on `until`."""

    until: date
    months: int

    def month_starts(self) -> list[date]:
        """First day of each simulated month, the month of `until` last."""
        last = self.until.year * 12 + self.until.month - 1
        return [date(n // 12, n % 12 + 1, 1) for n in range(last - self.months + 1, last + 1)]

    @property
    def first_day(self) -> date:
        return self.month_starts()[0]

    @property
    def daily_from(self) -> date:
        """First day that has files of its own."""
        return self.month_starts()[-1]

    @property
    def complete_month_ends(self) -> list[date]:
        ends = [month_end(start) for start in self.month_starts()]
        return [end for end in ends if end <= self.until]

    @property
    def monthly_state(self) -> date:
        """Day of the last monthly files."""
        return self.complete_month_ends[-1]

    @property
    def weekly_state(self) -> date:
        """The last Sunday on which a weekly file was made."""
        return self.until - timedelta(days=(self.until.weekday() + 1) % 7)

    def monthly(self, history: int = 0) -> list[Period]:
        """The complete months, `history` earlier ones before them."""
        last = self.monthly_state.year * 12 + self.monthly_state.month - 1
        count = len(self.complete_month_ends) + history
        ends = [month_end(date(n // 12, n % 12 + 1, 1)) for n in range(last - count + 1, last + 1)]
        return _increments([(f"{end:%Y%m}", end) for end in ends])

    def quarterly(self, history: int = 0) -> list[Period]:
        """The complete quarters that end within the stretch, or the last one before it; `history` earlier ones."""
        last = self.until.year * 4 + (self.until.month - 1) // 3
        last -= quarter_end(last) > self.until
        first = last
        while quarter_end(first - 1) >= self.first_day:
            first -= 1
        numbers = range(first - history, last + 1)
        return _increments([(f"{n // 4}Q{n % 4 + 1}", quarter_end(n)) for n in numbers])

    def yearly(self, history: int = 0) -> list[Period]:
        """The complete years that end within the stretch, or the last one before it; `history` earlier ones."""
        last = self.until.year if self.until == date(self.until.year, 12, 31) else self.until.year - 1
        first = min(last, self.first_day.year)
        return _increments([(f"{year}", date(year, 12, 31)) for year in range(first - history, last + 1)])

    def daily(self) -> list[Period]:
        """Monthly files first, then a file a day for the last month; the first one holds the stock."""
        days = (self.until - self.daily_from).days + 1
        single = [self.daily_from + timedelta(days=n) for n in range(days)]
        months = [month_end(start) for start in self.month_starts()[:-1]]
        return _increments([*((f"{end:%Y%m}", end) for end in months), *((f"{one:%Y%m%d}", one) for one in single)])

    def daily_full(self) -> list[Period]:
        """Daily states: the month ends of the earlier months, then every day of the last one."""
        return [Period(f"{period.end:%Y%m%d}", period.end, period.end) for period in self.daily()]

    def weekly(self) -> list[Period]:
        """The Sundays of all simulated months."""
        sunday = self.first_day + timedelta(days=6 - self.first_day.weekday())
        found = []
        while sunday <= self.until:
            found.append((f"{sunday:%Y%m%d}", sunday))
            sunday += timedelta(days=7)
        return _increments(found)

    def truth_month_ends(self) -> list[date]:
        """Every month end from 2020-12 to the last complete month."""
        found = []
        year, month = 2020, 12
        while (end := month_end(date(year, month, 1))) <= self.monthly_state:
            found.append(end)
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return found


def _increments(ends: list[tuple[str, date]]) -> list[Period]:
    """Periods that follow each other, from their labels and last days; the first begins long ago."""
    begins = [LONG_AGO, *(end + timedelta(days=1) for _, end in ends)]
    return [Period(label, begin, end) for begin, (label, end) in zip(begins, ends, strict=False)]


def quarter_end(number: int) -> date:
    """Last day of a quarter counted as year * 4 + quarter (0-3)."""
    return month_end(date(number // 4, number % 4 * 3 + 3, 1))


def month_end(start: date) -> date:
    return start.replace(day=monthrange(start.year, start.month)[1])


def arrival(period: Period, cycle: str, rng: np.random.Generator) -> datetime:
    """When a file arrives if nothing goes wrong: the night after a daily period, within the days allowed otherwise."""
    night = timedelta(seconds=int(rng.integers(2 * 3600, 7 * 3600 + 1800)))
    office = timedelta(seconds=int(rng.integers(9 * 3600, 17 * 3600)))
    start = datetime.combine(period.end, time())
    if cycle == "daily":
        return start + timedelta(days=1) + night
    if cycle == "weekly":
        return start + timedelta(days=1) + office
    if cycle == "monthly":
        return start + timedelta(days=int(rng.integers(2, 8))) + office
    if cycle == "quarterly":
        return start + timedelta(days=int(rng.integers(5, 16))) + office
    return start + timedelta(days=int(rng.integers(20, 80))) + office
