"""Published tables -> one `Tracker`. The warehouse has decided every figure and class: nothing is computed anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from citylake.reports import source as src
from citylake.reports.model import (
    CalendarLine,
    Correction,
    DepartmentDeliveries,
    Dossier,
    Indicator,
    Progress,
    Project,
    Restatement,
    Status,
    Tracker,
    Value,
)
from citylake.reports.source import Row, Source
from citylake.reports.wording import progress_class

T = TypeVar("T")


def read_tracker(database: Path, business_date: date, version: str) -> Tracker:
    """Everything a tracker shows, from the published database alone. Raises ReportInputIncomplete."""
    with src.opened(database) as source:
        plan = source.rows(src.PLANS, "to_year desc, plan_title_zh")[0]
        regions = source.rows(src.REGIONS, "region_level, region_code")
        city_code = _city_code(source)
        return Tracker(
            title=f"{plan['plan_title_zh']} 目标跟踪报告",
            city=plan["city_name_zh"],
            city_code=city_code,
            first_year=plan["from_year"],
            last_year=plan["to_year"],
            business_date=business_date,
            version=version,
            dossiers=tuple(_dossiers(source, city_code)),
            projects=tuple(_projects(source)),
            restatements=tuple(_restatements(source, city_code, business_date)),
            earlier_restatements=source.query(
                f"select count(*) as rows from {src.RESTATEMENTS.table} where cast(published_at as date) < ?",
                [business_date],
            )[0]["rows"],
            calendar=tuple(_calendar(source)),
            departments=tuple(_departments(source)),
            corrections=tuple(
                _as(Correction, row, department="department_zh")
                for row in source.rows(src.CORRECTIONS, "status, due_at, request_id")
            ),
            quarantine_reasons=tuple(
                (row["reason_code"], row["rows"])
                for row in source.query(
                    f"select reason_code, count(*) as rows from {src.QUARANTINE.table} where status = 'open'"
                    " group by all order by rows desc, reason_code"
                )
            ),
            regions={row["region_code"]: row["region_name_zh"] for row in regions},
            class_meanings={
                progress_class(row["progress_class"]).code: row["meaning_zh"]
                for row in source.rows(src.CLASSES, "progress_class")
            },
        )


def read_dossiers(database: Path) -> tuple[Dossier, ...]:
    """The indicators alone, for the table on a terminal. Raises ReportInputIncomplete."""
    with src.opened(database) as source:
        return tuple(_dossiers(source, _city_code(source)))


def _city_code(source: Source) -> str:
    cities = source.query(
        f"select region_code from {src.REGIONS.table} where region_level = 'city' order by region_code limit 1"
    )
    return str(cities[0]["region_code"])


def _as(kind: Callable[..., T], row: Row, **renamed: str) -> T:
    """A dataclass from a row: fields take the column of their name, or the one named in `renamed`."""
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
    return kind(**{name: row[renamed.get(name, name)] for name in names})


def _dossiers(source: Source, city_code: str) -> Iterable[Dossier]:
    status = {row["indicator_no"]: _status(row) for row in source.rows(src.STATUS, "indicator_no")}
    history = _grouped(source.rows(src.VALUES, "indicator_no, source, period, vintage", "region_code = ?", [city_code]))
    districts = _grouped(_district_rows(source, city_code))
    milestones = defaultdict(list)
    for row in _headline_progress(source, city_code):
        milestones[row["indicator_no"]].append(_as_progress(row))
    for indicator in _indicators(source):
        number = indicator.indicator_no
        mine = history.get(number, [])
        yield Dossier(
            indicator=indicator,
            status=status[number],
            headline=_headline(status[number], mine),
            history=tuple(mine),
            districts=tuple(districts.get(number, [])),
            milestones=tuple(milestones.get(number, [])),
        )


def _indicators(source: Source) -> list[Indicator]:
    """Targets come from their own table, so that a plan with other milestones needs no other code."""
    targets: dict[int, dict[int, float]] = defaultdict(dict)
    for row in source.rows(src.TARGETS, "indicator_no, milestone_year", "target_value is not null"):
        targets[row["indicator_no"]][row["milestone_year"]] = float(row["target_value"])
    return [
        Indicator(
            indicator_no=row["indicator_no"],
            name=row["indicator_name_zh"],
            chapter=row["domain_zh"] or "",
            unit=row["unit"],
            direction=row["direction"],
            target_type=row["target_type"],
            baseline_year=row["baseline_year"],
            baseline_value=row["baseline_value"],
            baseline_source=row["baseline_source"],
            baseline_note=row["baseline_note"],
            targets=targets[row["indicator_no"]],
            responsible_unit=row["responsible_unit"],
            definition_status=row["definition_status"],
            numerator=row["numerator_zh"],
            denominator=row["denominator_zh"],
            datasets=row["datasets_zh"],
            scope_note=row["scope_note"],
        )
        for row in source.rows(src.INDICATORS, "indicator_no")
    ]


def _status(row: Row) -> Status:
    classes = {name: progress_class(row[name]) for name in ("progress_class", "worst_progress_class")}
    return _as(Status, {**row, **classes}, missing_datasets="missing_datasets_zh")


def _as_progress(row: Row) -> Progress:
    return _as(Progress, {**row, "progress_class": progress_class(row["progress_class"])})


def _grouped(rows: list[Row]) -> dict[int, list[Value]]:
    grouped: dict[int, list[Value]] = defaultdict(list)
    for row in rows:
        grouped[row["indicator_no"]].append(_as(Value, {**row, "is_comparable": row["is_comparable"] is not False}))
    return grouped


def _headline(status: Status, history: list[Value]) -> Value | None:
    """The value row that the status names: same period, source and vintage."""
    matching = [
        one
        for one in history
        if (one.period, one.source, one.vintage) == (status.period, status.source, status.vintage)
    ]
    return matching[-1] if matching else None


def _district_rows(source: Source, city_code: str) -> list[Row]:
    """District values at each indicator's headline period."""
    return source.rows(
        src.VALUES,
        "indicator_no, region_code, vintage",
        "region_code <> ?"
        f" and (indicator_no, period, source) in (select indicator_no, period, source from {src.STATUS.table})",
        [city_code],
    )


def _headline_progress(source: Source, city_code: str) -> list[Row]:
    return source.rows(
        src.PROGRESS,
        "indicator_no, milestone_year",
        f"region_code = ? and (indicator_no, period) in (select indicator_no, period from {src.STATUS.table})",
        [city_code],
    )


def _restatements(source: Source, city_code: str, business_date: date) -> list[Restatement]:
    """What this date's build changed, one line an indicator: its newest changed value, the city's before others."""
    rows = source.query(
        f"""
        select indicator_no, region_code, period, before_value, after_value, cause, delivery_id,
            count(*) over (partition by indicator_no) - 1 as others
        from {src.RESTATEMENTS.table}
        where cast(published_at as date) = ?
        qualify row_number() over (
            partition by indicator_no order by region_code = ? desc, period desc, region_code, before_value, after_value
        ) = 1
        order by indicator_no
    """,
        [business_date, city_code],
    )
    return [_as(Restatement, row) for row in rows]


def _projects(source: Source) -> Iterable[Project]:
    progress: dict[int, Row] = {}
    if source.has(src.PROJECT_PROGRESS):
        progress = {
            row["project_no"]: row for row in source.rows(src.PROJECT_PROGRESS, "project_no, period nulls first")
        }
    for row in source.rows(src.PROJECTS, "project_no"):
        last: dict[str, Any] = progress.get(row["project_no"], {})
        yield Project(
            project_no=row["project_no"],
            name=row["project_name"],
            chapter=row["chapter_zh"],
            construction_type=row["construction_type"],
            schedule=row["schedule"],
            schedule_from=row["schedule_from"],
            schedule_to=row["schedule_to"],
            responsible_units=row["responsible_units"],
            state=last.get("state_zh"),
            note=last.get("note_zh"),
        )


def _calendar(source: Source) -> Iterable[CalendarLine]:
    for row in source.rows(src.CALENDAR, "department_zh, dataset_id, business_period"):
        yield CalendarLine(
            dataset_id=row["dataset_id"],
            dataset=row["dataset_zh"] or row["dataset_id"],
            department=row["department_zh"],
            business_period=row["business_period"],
            due_at=row["due_at"],
            state=row["delivery_state"],
        )


def _departments(source: Source) -> list[DepartmentDeliveries]:
    rows = source.query(f"""
        with calendar as (
            select department_zh, count(*) as expected,
                count(*) filter (where delivery_state = 'on_time') as on_time,
                count(*) filter (where delivery_state = 'late') as late,
                count(*) filter (where delivery_state in ('held', 'refused')) as held,
                count(*) filter (where delivery_state = 'missing') as missing
            from {src.CALENDAR.table} group by department_zh
        ), delivered as (
            select department_zh, sum(rows_accepted)::bigint as rows_accepted,
                sum(rows_rejected)::bigint as rows_rejected
            from {src.DELIVERIES.table} where status <> 'duplicate' group by department_zh
        ), open_requests as (
            select department_zh, sum(rows_open)::bigint as open_rows
            from {src.CORRECTIONS.table} where status <> 'closed' group by department_zh
        )
        select department_zh as department, expected, on_time, late, held, missing,
            coalesce(rows_accepted, 0) as rows_accepted,
            coalesce(rows_rejected, 0) as rows_rejected, coalesce(open_rows, 0) as open_rows
        from calendar left join delivered using (department_zh) left join open_requests using (department_zh)
        order by missing desc, held desc, late desc, department
    """)
    return [_as(DepartmentDeliveries, row) for row in rows]
