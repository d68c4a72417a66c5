"""The delivery calendar: what each contract makes due, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from citylake.contracts.loader import Contracts
from citylake.contracts.model import Contract
from citylake.contracts.periods import Period, periods_of_cycle
from citylake.settings import SHANGHAI


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


def due_at(contract: Contract, period: Period) -> datetime:
    """When the delivery of a period is due, in Shanghai time."""
    terms = contract.delivery.due
    return datetime.combine(period.end + timedelta(days=terms.days or 0), terms.time, SHANGHAI)


def expected_deliveries(contracts: Contracts, business_date: date) -> Iterator[ExpectedDelivery]:
    """Every delivery for a period that ends by the business date, from each contract's `since` on."""
    for contract in contracts.active:
        if contract.delivery.cycle == "irregular":
            continue
        for period in periods_of_cycle(contract.delivery.cycle, contract.delivery.since, business_date):
            yield ExpectedDelivery(
                contract.dataset,
                contract.department_id,
                contract.owner.department,
                period.text,
                period.start,
                period.end,
                due_at(contract, period),
            )
