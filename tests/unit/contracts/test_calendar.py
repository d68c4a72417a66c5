"""Due dates: golden weeks, make-up Saturdays, year ends and leap days, always by the clock of Shanghai."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError

from citylake.contracts import Contract, Period, load_contracts
from citylake.contracts.calendar import add_working_days, due_at, expected_deliveries, holidays_until
from citylake.contracts.holidays import Holidays, read_holidays
from citylake.contracts.model import DeliveryTerms, Due
from citylake.errors import ContractProblem
from citylake.settings import PACKAGE

CONTRACTS = load_contracts(PACKAGE / "contracts")
HOLIDAYS = CONTRACTS.holidays
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


def contract(**due: object) -> Contract:
    one = CONTRACTS.datasets["tax__taxpayers"]
    terms = one.delivery.model_copy(update={"due": Due.model_validate({"time": "18:00", **due})})
    return one.model_copy(update={"delivery": terms})


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (date(2025, 9, 30), 1, date(2025, 10, 9)),  # eight days off for the National Day and Mid-Autumn
        (date(2025, 10, 9), 2, date(2025, 10, 11)),  # a Saturday that is worked
        (date(2025, 10, 11), 1, date(2025, 10, 13)),
        (date(2024, 2, 9), 1, date(2024, 2, 18)),  # Spring Festival ends on a Sunday that is worked
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # a leap day is a day like another
        (date(2024, 2, 29), 1, date(2024, 3, 1)),
        (date(2022, 12, 30), 1, date(2023, 1, 3)),  # a holiday over the end of a year
        (date(2026, 12, 31), 1, date(2027, 1, 1)),  # not announced yet: only weekends are known
        (date(2025, 10, 1), 0, date(2025, 10, 9)),  # nothing is due on a day off
        (date(2025, 10, 9), 0, date(2025, 10, 9)),
    ],
)
def test_working_days_follow_the_holiday_arrangements(day: date, number: int, expected: date) -> None:
    assert add_working_days(day, number, HOLIDAYS) == expected


@hypothesis_settings(deadline=None)
@given(DAYS, st.integers(1, 60))
def test_between_a_day_and_its_due_day_stand_exactly_so_many_working_days(day: date, number: int) -> None:
    due = add_working_days(day, number, HOLIDAYS)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(map(HOLIDAYS.is_working_day, between)) == number
    assert HOLIDAYS.is_working_day(due)


def test_days_count_every_day_and_working_days_only_those_that_are_worked() -> None:
    september = Period.month(2025, 9)
    assert due_at(contract(days=8), september).isoformat() == "2025-10-08T18:00:00+08:00"
    assert due_at(contract(working_days=5), september).isoformat() == "2025-10-14T18:00:00+08:00"


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_due_time_is_the_same_whatever_the_zone_of_the_machine(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert due_at(contract(working_days=1), Period.day(date(2024, 12, 31))).isoformat() == (
            "2025-01-02T18:00:00+08:00"
        )
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("year", range(2020, 2027))
def test_each_year_of_the_table_names_its_festivals(year: int) -> None:
    text = (PACKAGE / "contracts" / "holidays.csv").read_text(encoding="utf-8")
    named = {line.split(",")[2] for line in text.splitlines() if line.startswith(str(year))}
    for festival in ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"):
        assert any(festival in name for name in named), festival
    days = {day: is_worked for day, is_worked in HOLIDAYS.days.items() if day.year == year}
    # What is worked instead is always a weekend day, and about as many weekdays are given for it.
    assert all(day.weekday() >= 5 for day, is_worked in days.items() if is_worked)
    worked = sum(
        1 for n in range(366) if (day := date(year, 1, 1) + timedelta(n)).year == year and HOLIDAYS.is_working_day(day)
    )
    assert 246 <= worked <= 252


def test_the_calendar_says_where_it_ends() -> None:
    assert HOLIDAYS.until == date(2026, 12, 31)
    assert "2026-12-31" in holidays_until(CONTRACTS)
    assert Holidays().until is None


def test_expected_deliveries_are_due_on_working_days_where_the_contract_counts_them() -> None:
    expected = list(expected_deliveries(CONTRACTS, date(2025, 12, 31)))
    by_working_days = {one.dataset for one in CONTRACTS.active if one.delivery.due.working_days is not None}
    assert by_working_days
    assert all(HOLIDAYS.is_working_day(one.due_at.date()) for one in expected if one.dataset_id in by_working_days)


@pytest.mark.parametrize(
    ("line", "key"),
    [("2026-02-30,false,x", "date"), ("2026-10-01,no,x", "is_working_day"), ("2026-01-01,false,x", "date")],
)
def test_a_wrong_line_of_the_table_is_named(tmp_path: Path, line: str, key: str) -> None:
    table = tmp_path / "holidays.csv"
    table.write_text(f"date,is_working_day,name_zh\n2026-01-01,false,元旦\n{line}\n", encoding="utf-8")
    problems: list[ContractProblem] = []
    read_holidays(table, problems)
    assert [(one.file, one.line, one.key) for one in problems] == [("holidays.csv", 3, key)]


def test_what_runs_from_january_on_is_not_due_for_january_alone() -> None:
    investment = CONTRACTS.datasets["statistics__fixed_investment_monthly"]
    terms = investment.delivery.model_copy(update={"since": date(2024, 12, 1)})
    datasets = {investment.dataset: investment.model_copy(update={"delivery": terms})}
    due = expected_deliveries(replace(CONTRACTS, datasets=datasets), date(2025, 3, 31))
    assert [one.business_period for one in due] == ["2024-12", "2025-02", "2025-03"]


def test_months_are_left_out_of_monthly_deliveries_alone() -> None:
    terms = CONTRACTS.datasets["statistics__gdp_quarterly"].delivery.model_dump()
    with pytest.raises(ValidationError, match="monthly"):
        DeliveryTerms.model_validate({**terms, "none_for_months": [1]})
