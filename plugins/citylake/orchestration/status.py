"""What was due, what came, what is held: the delivery state of a business date's month, by department."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from citylake.contracts import load_contracts
from citylake.contracts.calendar import ExpectedDelivery, expected_deliveries
from citylake.settings import SHANGHAI, Settings, now

if TYPE_CHECKING:
    from citylake.warehouse.ledger import Delivery


@dataclass(frozen=True)
class DepartmentStatus:
    """Counts of one department: deliveries expected and arrived, on time, late, overdue; and what became of them."""

    department_id: str
    department_zh: str
    expected: int
    arrived: int
    on_time: int
    late: int
    overdue: int
    duplicates: int
    held: int
    refused: int
    rows_rejected: int


@dataclass(frozen=True)
class DeliveryStatus:
    """The state of a month, up to a business date."""

    since: date
    until: date
    departments: list[DepartmentStatus]
    notices: list[str]
    version_line: str

    @property
    def needs_care(self) -> bool:
        return any(one.overdue or one.held for one in self.departments)


def delivery_status(settings: Settings, business_date: date) -> DeliveryStatus:
    """Reads the landing and staging records of the store; raises StoreError when it is gone."""
    from citylake import warehouse

    since = business_date.replace(day=1)
    contracts = load_contracts(settings.contracts)
    deliveries = [
        one
        for one in warehouse.read_deliveries(settings, business_date)
        if one.period_end is None or since <= one.period_end
    ]
    expected = [one for one in expected_deliveries(contracts, business_date) if one.period_end >= since]
    departments, notices = [], []
    for department_id, department_zh in contracts.departments.items():
        own = [one for one in deliveries if one.department_id == department_id]
        due = [one for one in expected if one.department_id == department_id]
        status, overdue = _department(department_id, department_zh, due, own)
        departments.append(status)
        notices += [
            f"{department_zh} {one.dataset_id} {one.business_period} 逾期未报 (应于 {one.due_at:%m-%d %H:%M})"
            for one in overdue
        ]
        notices += [f"{one.file_name}: {one.message}" for one in own if one.status in ("held", "refused")]
    return DeliveryStatus(since, business_date, departments, notices, _version_line(settings))


def _department(
    department_id: str, department_zh: str, due: list[ExpectedDelivery], own: list[Delivery]
) -> tuple[DepartmentStatus, list[ExpectedDelivery]]:
    by_dataset: dict[str | None, list[Delivery]] = defaultdict(list)
    for one in own:
        if one.status not in ("refused", "duplicate"):
            by_dataset[one.dataset_id].append(one)
    arrived = on_time = 0
    overdue = []
    for expected in due:
        first = _first_arrival(expected, by_dataset[expected.dataset_id])
        if first is not None:
            arrived += 1
            on_time += first <= expected.due_at
        elif expected.due_at <= now():
            overdue.append(expected)
    states = [one.status for one in own]
    status = DepartmentStatus(
        department_id,
        department_zh,
        expected=len(due),
        arrived=arrived,
        on_time=on_time,
        late=arrived - on_time,
        overdue=len(overdue),
        duplicates=states.count("duplicate"),
        held=states.count("held"),
        refused=states.count("refused"),
        rows_rejected=sum(one.rows_rejected or 0 for one in own),
    )
    return status, overdue


def _first_arrival(expected: ExpectedDelivery, candidates: list[Delivery]) -> datetime | None:
    """When the first delivery that covers an expected period came."""
    moments = [
        one.received_at.replace(tzinfo=SHANGHAI)
        for one in candidates
        if one.received_at
        and one.period_start
        and one.period_end
        and one.period_start <= expected.period_start
        and expected.period_end <= one.period_end
    ]
    return min(moments, default=None)


def _version_line(settings: Settings) -> str:
    from citylake import warehouse

    current = next((one for one in warehouse.versions(settings) if one.is_current), None)
    if current is None:
        return "尚无已发布版本"
    age = now() - current.published_at.astimezone(SHANGHAI)
    hours = int(age.total_seconds() // 3600)
    published = f"{current.published_at:%Y-%m-%d %H:%M}"
    return f"当前版本 {current.build_id}, 业务日期 {current.business_date}, 发布于 {published} ({hours} 小时前)"
