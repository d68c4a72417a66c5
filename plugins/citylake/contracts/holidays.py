"""Working days: the State Council's yearly holiday arrangements as data, weekends where no arrangement is known yet.

`holidays.csv` lists only the days that an arrangement names: days off (also where they fall on a weekend) and the
weekend days worked instead. Each autumn the next year is announced and its rows are added.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from citylake.errors import ContractProblem

HOLIDAYS_FILE = "holidays.csv"
_COLUMNS = ["date", "is_working_day", "name_zh"]
_SATURDAY = 5


@dataclass(frozen=True)
class Holidays:
    """Day -> whether it is worked, for the days that an arrangement names."""

    days: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def until(self) -> date | None:
        """The last day of the last year whose arrangement is known; None without any."""
        return date(max(self.days).year, 12, 31) if self.days else None

    def is_working_day(self, day: date) -> bool:
        """Whether public offices work on a day; a day that no arrangement names follows the weekend."""
        return self.days.get(day, day.weekday() < _SATURDAY)

    def add_working_days(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`; with 0 the day itself, or the first working day after it."""
        left = number
        if left == 0:
            while not self.is_working_day(day):
                day += timedelta(days=1)
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return day


def read_holidays(path: Path, problems: list[ContractProblem]) -> Holidays:
    """Reads `holidays.csv`; a city whose folder has none works by weekends. Wrong lines are added to `problems`."""
    if not path.is_file():
        return Holidays()
    days: dict[date, bool] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != _COLUMNS:
            problems.append(ContractProblem(path.name, 1, "", f"the header must be {','.join(_COLUMNS)}"))
            return Holidays()
        for row in reader:
            if problem := _wrong(row, days):
                problems.append(ContractProblem(path.name, reader.line_num, problem[0], problem[1]))
                continue
            days[date.fromisoformat(row["date"])] = row["is_working_day"] == "true"
    return Holidays(MappingProxyType(days))


def _wrong(row: Mapping[str, str | None], days: Mapping[date, bool]) -> tuple[str, str] | None:
    try:
        day = date.fromisoformat(row["date"] or "")
    except ValueError:
        return "date", f"{row['date']!r} is not a day written as 2026-10-01"
    if day in days:
        return "date", f"{day} stands in the table twice"
    if row["is_working_day"] not in ("true", "false"):
        return "is_working_day", "must be true or false"
    return None
