"""What was due, what came, what is held and what is wrong: the state of a business date's month, by department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from citylake.contracts.calendar import expected_deliveries
from citylake.lake import Lake
from citylake.orchestration.calendar_state import Expected, match_arrivals, rate_pct
from citylake.orchestration.docket import Docket, read_docket
from citylake.orchestration.issues import Issue, read_issues
from citylake.orchestration.records import Record
from citylake.settings import SHANGHAI, Settings, now


@dataclass(frozen=True)
class DepartmentStatus:
    """One department: EXPECTED, ACTUAL and ON TIME with their rates, late and overdue ones, and what became of them.

    `reporting_rate_pct` = arrived / expected, `on_time_rate_pct` = on_time / expected; None where nothing was expected.
    """

    department_id: str
    department_zh: str
    expected: int
    arrived: int
    reporting_rate_pct: float | None
    on_time: int
    on_time_rate_pct: float | None
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
    total: DepartmentStatus
    notices: list[str]
    issues: list[Issue]
    version_line: str

    @property
    def needs_care(self) -> bool:
        return bool(self.total.overdue or self.total.held)


def delivery_status(settings: Settings, business_date: date) -> DeliveryStatus:
    """Reads the landing and staging records of the store; raises StoreError when it is gone."""
    since = business_date.replace(day=1)
    docket = read_docket(settings, business_date)
    names = docket.contracts.departments
    due = [one for one in expected_deliveries(docket.contracts, business_date) if one.period_end >= since]
    expected = match_arrivals(due, docket.records)
    records = [one for one in docket.records if not one.period_end or one.period_end >= since.isoformat()]
    departments = [
        _department(
            department,
            name,
            [one for one in expected if one.due.department_id == department],
            [one for one in records if one.department_id == department],
        )
        for department, name in names.items()
    ]
    return DeliveryStatus(
        since,
        business_date,
        departments,
        _department("", "合计", expected, records),
        _notices(expected, docket, since),
        [one for one in read_issues(Lake(settings), settings) if one.closed_at is None],
        _version_line(settings),
    )


def _department(
    department_id: str, department_zh: str, expected: Sequence[Expected], records: Sequence[Record]
) -> DepartmentStatus:
    arrived = sum(one.arrived_at is not None for one in expected)
    on_time = sum(one.is_on_time for one in expected)
    states = [one.status for one in records]
    return DepartmentStatus(
        department_id,
        department_zh,
        expected=len(expected),
        arrived=arrived,
        reporting_rate_pct=rate_pct(arrived, len(expected)),
        on_time=on_time,
        on_time_rate_pct=rate_pct(on_time, len(expected)),
        late=arrived - on_time,
        overdue=sum(one.is_overdue(now()) for one in expected),
        duplicates=states.count("duplicate"),
        held=states.count("held"),
        refused=states.count("refused"),
        rows_rejected=sum((one.outcome or {}).get("rows_rejected") or 0 for one in records),
    )


def _notices(expected: Sequence[Expected], docket: Docket, since: date) -> list[str]:
    """What a person has to do something about: overdue, held, refused and not staged."""
    overdue = [one.due for one in expected if one.is_overdue(now())]
    cases = [one for one in docket.cases if one.status != "rows" and one.since.date() >= since]
    return [
        *(
            f"{one.department_zh} {one.dataset_id} {one.business_period} 逾期未报 (应于 {one.due_at:%m-%d %H:%M})"
            for one in overdue
        ),
        *(f"{one.file_name}: {one.status_zh}, {one.why} (轮到{one.turn})" for one in cases),
    ]


def _version_line(settings: Settings) -> str:
    from citylake import warehouse

    current = next((one for one in warehouse.versions(settings) if one.is_current), None)
    if current is None:
        return "尚无已发布版本"
    age = now() - current.published_at.astimezone(SHANGHAI)
    hours = int(age.total_seconds() // 3600)
    published = f"{current.published_at:%Y-%m-%d %H:%M}"
    return f"当前版本 {current.build_id}, 业务日期 {current.business_date}, 发布于 {published} ({hours} 小时前)"
