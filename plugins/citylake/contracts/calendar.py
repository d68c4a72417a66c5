"""The delivery calendar: what each contract makes due, and when. Every moment is in Shanghai time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from citylake.contracts.holidays import Holidays
from citylake.contracts.loader import Contracts, load_contracts
from citylake.contracts.model import Contract
from citylake.contracts.periods import Period, periods_of_cycle
from citylake.settings import SHANGHAI, get_settings


@dataclass(frozen=True)
class ExpectedDelivery:
    """One delivery that a contract makes due."""

    dataset_id: str
    department_id: str
    department_zh: str
    business_period: str
    period_start: date
    period_end: date
    due_at: datetime


def add_working_days(day: date, number: int, holidays: Holidays | None = None) -> date:
    """The `number`-th working day after `day`, by the city's holiday calendar unless another one is given."""
    return (_of_city() if holidays is None else holidays).add_working_days(day, number)


def due_at(contract: Contract, period: Period, holidays: Holidays | None = None) -> datetime:
    """When the delivery of a period is due: so many days, or working days, after the period's last day."""
    due = contract.delivery.due
    if due.working_days is not None:
        day = add_working_days(period.end, due.working_days, holidays)
    else:
        day = period.end + timedelta(days=due.days or 0)
    return datetime.combine(day, due.time, SHANGHAI)


def expected_deliveries(contracts: Contracts, business_date: date) -> Iterator[ExpectedDelivery]:
    """Every delivery for a period that ends by the business date, from each contract's `since` on.

    Months for which a contract says that there is no file are left out.
    """
    for contract in contracts.active:
        if contract.delivery.cycle == "irregular":
            continue
        terms = contract.delivery
        for period in periods_of_cycle(terms.cycle, terms.since, business_date):
            if period.end.month in terms.none_for_months:
                continue
            yield ExpectedDelivery(
                contract.dataset,
                contract.department_id,
                contract.owner.department,
                period.text,
                period.start,
                period.end,
                due_at(contract, period, contracts.holidays),
            )


def holidays_until(contracts: Contracts) -> str:
    """One sentence on how far the holiday calendar reaches."""
    until = contracts.holidays.until
    if until is None:
        return "没有节假日表 holidays.csv, 工作日只按周末推算"
    return f"节假日表到 {until}, 其后的工作日只按周末推算; 国务院办公厅公布后补入 holidays.csv"


def _of_city() -> Holidays:
    return load_contracts(get_settings().contracts).holidays
