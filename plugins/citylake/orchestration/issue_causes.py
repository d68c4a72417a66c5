"""What is wrong now, one cause each, in words without a delivered value, a file name or a person.

A cause's key stays the same while it lasts, however many deliveries it touches meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from citylake.contracts.calendar import expected_deliveries
from citylake.contracts.reasons import reason_of
from citylake.orchestration.calendar_state import match_arrivals
from citylake.orchestration.docket import Case, Docket
from citylake.settings import Settings

Kind = Literal["overdue", "held", "volume", "refused", "unknown_file", "corrections", "not_staged", "night", "hook"]
# How far back a delivery that never came is still asked for.
_LOOK_BACK = timedelta(days=400)
_PERIODS_NAMED = 3
T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong: a key that lasts, whom it concerns, one line in Chinese."""

    key: str
    kind: Kind
    department_id: str | None
    dataset_id: str | None
    title_zh: str


def find_causes(
    settings: Settings, docket: Docket, business_date: date, failed: Mapping[str, str], is_night_over: bool
) -> list[Cause]:
    """Every cause of a business date.

    :param failed: department id -> name, of departments whose landing or staging ended in an error
    :param is_night_over: whether a version of this date should have been published by now
    """
    causes = [
        *_overdue(docket, business_date),
        *_of_cases(docket, "held", "held", "暂存待处理"),
        *_of_cases(docket, "refused", "refused", "拒收待重报"),
        *_corrections(docket),
        *_not_staged(docket, failed),
    ]
    if is_night_over:
        causes += _night(settings, business_date)
    return causes


def _overdue(docket: Docket, business_date: date) -> Iterator[Cause]:
    """One cause a dataset, however many of its periods are missing. A refused file is a cause of its own."""
    refused = {(one.dataset_id, one.business_period) for one in docket.cases if one.status == "refused"}
    first = business_date - _LOOK_BACK
    due = [one for one in expected_deliveries(docket.contracts, business_date) if one.period_end >= first]
    missing = [one.due for one in match_arrivals(due, docket.records) if one.is_overdue(docket.as_of)]
    missing = [one for one in missing if (one.dataset_id, one.business_period) not in refused]
    for dataset, found in _grouped(missing, lambda one: one.dataset_id).items():
        periods = "、".join(one.business_period for one in found[-_PERIODS_NAMED:])
        more = f" 等 {len(found)} 期" if len(found) > _PERIODS_NAMED else ""
        title = f"{found[0].department_zh} {_title(docket, dataset)} 逾期未报: {periods}{more}"
        yield Cause(f"overdue:{dataset}", "overdue", found[0].department_id, dataset, title)


def _of_cases(docket: Docket, status: str, kind: Kind, words: str) -> Iterator[Cause]:
    """One cause a dataset and reason; files that no contract knows are one cause a department."""
    cases = [one for one in docket.cases if one.status == status]
    for (dataset, code), found in _grouped(cases, lambda one: (one.dataset_id, one.reason_code or "")).items():
        if dataset is None:
            yield from _unknown_files(found)
            continue
        one = found[0]
        named: Kind = "volume" if code.startswith("delivery.volume_") else kind
        title = f"{one.department_zh} {one.dataset_zh} {words} {len(found)} 份: {reason_of(code).zh}"
        yield Cause(f"{named}:{dataset}:{code}", named, one.department_id, dataset, title)


def _unknown_files(cases: Iterable[Case]) -> Iterator[Cause]:
    for department, found in _grouped(cases, lambda one: one.department_id).items():
        title = f"{found[0].department_zh} 有 {len(found)} 个文件不能识别: {reason_of(found[0].reason_code or '').zh}"
        yield Cause(f"unknown_file:{department}", "unknown_file", department, None, title)


def _corrections(docket: Docket) -> Iterator[Cause]:
    late = [one for one in docket.lists if one.status == "overdue"]
    for dataset, found in _grouped(late, lambda one: one.dataset_id).items():
        one, rows = found[0], sum(one.rows_open for one in found)
        title = f"{one.department_zh} {one.dataset_zh} 校核单逾期未更正 {len(found)} 份, {rows:,} 行"
        yield Cause(f"corrections:{dataset}", "corrections", one.department_id, dataset, title)


def _not_staged(docket: Docket, failed: Mapping[str, str]) -> Iterator[Cause]:
    """A department whose stages ended in an error, or whose files landed and were not staged."""
    waiting = _grouped((one for one in docket.cases if one.status == "waiting"), lambda one: one.department_id)
    names = dict(failed) | {department: found[0].department_zh for department, found in waiting.items()}
    for department, name in names.items():
        left = len(waiting.get(department, []))
        words = f", {left} 份已归集未治理" if left else ""
        yield Cause(f"not_staged:{department}", "not_staged", department, None, f"{name} 归集或治理没有完成{words}")


def _night(settings: Settings, business_date: date) -> Iterator[Cause]:
    from citylake import warehouse

    published = [one.business_date for one in warehouse.versions(settings)]
    if not any(one >= business_date for one in published):
        last = f", 读者仍用 {max(published)} 的版本" if published else ", 尚无任何版本"
        yield Cause("night", "night", None, None, f"{business_date} 没有发布{last}")


def _title(docket: Docket, dataset: str) -> str:
    return docket.contracts.datasets[dataset].title.zh


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found
