"""Conflicts between departments as a data steward works on them: what is published, and what was decided since.

What departments say comes from the published version, decisions from the store, so that a steward sees a decision at
once; the tables follow with the next build. A steward chooses the dataset whose value stands and never types a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from citylake.decisions import CONFLICTS, UNDO, Decision, put_decision, read_decisions, standing_decisions
from citylake.errors import UsageError
from citylake.lake import Lake
from citylake.settings import Settings
from citylake.warehouse.query import read
from citylake.warehouse.reviews import DIMENSIONS
from citylake.warehouse.tables import text
from citylake.warehouse.versions import Role

CHOOSE = "choose"
Status = Literal["open", "value_changed", "reopened", "decided", "lapsed"]
WAITING: tuple[Status, ...] = ("value_changed", "reopened", "open")
# One row a conflict, with the status that the decisions in the store give it today.
_QUEUE = """
    with overlay as (select * from (values {overlay}) as listed (conflict_id, status)),
    names as (
        select listed.entity_type, column_name as attribute, split_part(comment, ' / ', 1) as attribute_zh
        from duckdb_columns() inner join (values {dimensions}) as listed (entity_type, dimension)
            on schema_name || '.' || table_name = dimension
        where comment is not null
    ),
    conflicts as (
        select
            conflict_id, entity_type, entity_id, attribute, any_value(winner_department) as winner_department,
            any_value(winner_dataset_id) as winner_dataset_id, any_value(winner_value) as winner_value,
            any_value(winner_rule) as winner_rule,
            list(loser_department order by loser_dataset_id) as loser_departments,
            list(loser_value order by loser_dataset_id) as loser_values, max(changed_on) as changed_on,
            any_value(status) as built_status
        from quality.fct_attribute_conflicts
        group by all
        having {department}
        union all by name
        select
            current_conflict_id as conflict_id, entity_type, current_entity_id as entity_id, attribute,
            any_value(department_zh) as winner_department, any_value(dataset_id) as winner_dataset_id,
            'lapsed' as built_status
        from quality.fct_conflict_decisions
        where status = 'lapsed' and {lapsed_department}
        group by all
    ),
    queue as (
        select conflicts.* exclude (built_status), coalesce(attribute_zh, attribute) as attribute_zh,
            coalesce(overlay.status, built_status) as status, overlay.status is not null as is_pending
        from conflicts left join overlay using (conflict_id) left join names using (entity_type, attribute)
        where built_status <> 'lapsed' or overlay.status is null
    )
"""


class ConflictUnknown(UsageError):
    """The published version has no conflict of this number."""

    def __init__(self, conflict_id: str) -> None:
        super().__init__(f"已发布版本中没有冲突 {conflict_id}", action="citylake conflicts list 列出冲突编号")
        self.conflict_id = conflict_id


class DatasetSilent(UsageError):
    """A dataset was chosen that says nothing about the attribute."""

    def __init__(self, conflict_id: str, dataset_id: str, known: list[str]) -> None:
        super().__init__(
            f"数据集 {dataset_id} 对冲突 {conflict_id} 没有说法, 不能采信",
            action=f"从有说法的数据集中选: {'、'.join(known)}",
        )
        self.conflict_id = conflict_id
        self.dataset_id = dataset_id
        self.known = known


class ConflictDecided(UsageError):
    """A decision about this conflict stands and holds."""

    def __init__(self, conflict_id: str, standing: Decision) -> None:
        who = f"{standing.decided_by} 于 {standing.decided_at:%Y-%m-%d %H:%M}"
        super().__init__(
            f"冲突 {conflict_id} 已由 {who} 裁定采信 {standing.about.get('dataset_id')}",
            action=f"要改判先撤销: citylake conflicts undo {conflict_id} --reason …",
        )
        self.conflict_id = conflict_id
        self.standing = standing


class NothingDecided(UsageError):
    """No decision about this conflict stands."""

    def __init__(self, conflict_id: str) -> None:
        super().__init__(
            f"冲突 {conflict_id} 没有有效的裁定, 无可撤销", action=f"citylake conflicts history {conflict_id}"
        )
        self.conflict_id = conflict_id


@dataclass(frozen=True)
class Wanted:
    """Which conflicts to list; None: all. Attribute and department by Chinese name or id, either side's department."""

    entity_type: str | None = None
    attribute: str | None = None
    department: str | None = None
    statuses: tuple[Status, ...] | None = WAITING


@dataclass(frozen=True)
class Conflict:
    """One attribute of one real thing about which departments disagree. Values are None for those who may not see them.

    `is_pending`: the status was decided after the published version was built.
    """

    conflict_id: str
    entity_type: str
    entity_id: str
    attribute: str
    winner_department: str | None
    winner_dataset_id: str | None
    winner_value: str | None
    winner_rule: str | None
    loser_departments: list[str | None] | None
    loser_values: list[str | None] | None
    changed_on: date | None
    attribute_zh: str
    status: Status
    is_pending: bool


@dataclass(frozen=True)
class Page:
    """Some conflicts of a queue, those that wait longest for a second look first, and how many there are by status."""

    conflicts: list[Conflict]
    counts: dict[str, int]


@dataclass(frozen=True)
class Case:
    """A conflict with what every dataset says, the decision that stands (as its table shows it), and all that was said
    about it.
    """

    conflict: Conflict
    statements: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    history: list[Decision]


@dataclass(frozen=True)
class _Judged:
    """Decisions in the store beside those in the published version: number then -> number today, what stands today by
    today's number, and the statuses that are not built yet.
    """

    current: dict[str, str]
    standing: dict[str, list[Decision]]
    overlay: dict[str, Status]


def list_conflicts(settings: Settings, wanted: Wanted, rows: int, page: int, role: Role = "analyst") -> Page:
    """One page of conflicts. Raises NothingYetPublished, StoreError."""
    queue = _queue(_judged(settings), wanted.department)
    same = [f"entity_type = {text(wanted.entity_type)}"] if wanted.entity_type else []
    same += [f"{text(wanted.attribute)} in (attribute, attribute_zh)"] if wanted.attribute else []
    counted = read(f"{queue} select status, count(*) as n from queue {_where(same)} group by all", role, settings)
    if wanted.statuses is not None:
        same.append(f"status in ({', '.join(text(one) for one in wanted.statuses)})")
    found = read(
        f"""{queue} select * from queue {_where(same)}
        order by list_position(['value_changed', 'reopened', 'open', 'decided', 'lapsed'], status), entity_type,
            attribute, changed_on desc, conflict_id
        limit {rows} offset {rows * (page - 1)}""",
        role,
        settings,
    )
    return Page([Conflict(**row) for row in found.to_dicts()], dict(counted.iter_rows()))


def show_conflict(settings: Settings, conflict_id: str, role: Role = "analyst") -> Case:
    """What a steward looks at before deciding. Raises ConflictUnknown, NothingYetPublished, StoreError."""
    judged = _judged(settings)
    conflict = _find(settings, judged, conflict_id, role)
    number = text(conflict.conflict_id)
    decided = f"select * from quality.fct_conflict_decisions where current_conflict_id = {number} order by conflict_id"
    return Case(
        conflict,
        _statements(settings, conflict.conflict_id, role),
        read(decided, role, settings).to_dicts(),
        _history(Lake(settings), judged, conflict.conflict_id),
    )


def decide_conflict(settings: Settings, conflict_id: str, dataset_id: str, reason: str) -> Decision:
    """Lets the value of a dataset stand; it takes effect with the next build. What the dataset says now is kept beside
    the choice, so that another value later on is noticed: the asking for it is logged.

    Raises ConflictUnknown, DatasetSilent, ConflictDecided (unless that decision holds no more), ReasonMissing,
    StoreError.
    """
    judged = _judged(settings)
    conflict = _find(settings, judged, conflict_id, "operator")
    number = conflict.conflict_id
    said = {one["dataset_id"]: one for one in _statements(settings, number, "operator")}
    if dataset_id not in said:
        raise DatasetSilent(number, dataset_id, list(said))
    before = judged.standing.get(number, [])
    if before and conflict.status == "decided":
        raise ConflictDecided(number, before[-1])
    about = {name: getattr(conflict, name) for name in ("entity_type", "entity_id", "attribute")}
    about |= {"dataset_id": dataset_id, "value": said[dataset_id]["stated_value"]}
    about |= {"compared_value": said[dataset_id]["compared_value"]}
    lake = Lake(settings)
    made = put_decision(lake, CONFLICTS, number, CHOOSE, reason, about=about)
    for one in before:
        put_decision(lake, CONFLICTS, one.number, UNDO, f"由 {number} 的新裁定取代", undoes=one.decision_id)
    return made


def undo_conflict(settings: Settings, conflict_id: str, reason: str) -> list[Decision]:
    """Takes back what stands about a conflict. Raises NothingDecided, ReasonMissing, StoreError."""
    judged = _judged(settings)
    before = judged.standing.get(judged.current.get(conflict_id, conflict_id), [])
    if not before:
        raise NothingDecided(conflict_id)
    lake = Lake(settings)
    return [put_decision(lake, CONFLICTS, one.number, UNDO, reason, undoes=one.decision_id) for one in before]


def conflict_history(settings: Settings, conflict_id: str = "") -> list[Decision]:
    """All that was decided and taken back, oldest first, about one conflict or all. Raises StoreError."""
    judged = _judged(settings) if conflict_id else None
    return _history(Lake(settings), judged, conflict_id)


def _history(lake: Lake, judged: _Judged | None, conflict_id: str) -> list[Decision]:
    """Decisions of a conflict also under the numbers that it had before its thing was merged."""
    if judged is None:
        found = read_decisions(lake, CONFLICTS)
    else:
        today = judged.current.get(conflict_id, conflict_id)
        numbers = {conflict_id, today, *(one for one, now in judged.current.items() if now == today)}
        found = [one for number in sorted(numbers) for one in read_decisions(lake, CONFLICTS, number)]
    return sorted(found, key=lambda one: one.decision_id)


def _judged(settings: Settings) -> _Judged:
    standing = standing_decisions(read_decisions(Lake(settings), CONFLICTS))
    columns = "conflict_id, current_conflict_id, decision_id"
    built = read(f"select {columns} from quality.fct_conflict_decisions", "analyst", settings).rows()
    current = {number: today for number, today, _ in built}
    by_today: dict[str, list[Decision]] = {}
    for number, decision in sorted(standing.items(), key=lambda item: item[1].decision_id):
        by_today.setdefault(current.get(number, number), []).append(decision)
    known = {(number, decision_id) for number, _, decision_id in built}
    undone = {today for number, today, _ in built if number not in standing}
    overlay: dict[str, Status] = {today: "open" for today in undone if today not in by_today}
    for number, decision in standing.items():
        if (number, decision.decision_id) not in known:
            overlay[current.get(number, number)] = "decided"
    return _Judged(current, by_today, overlay)


def _queue(judged: _Judged, department: str | None) -> str:
    listed = ", ".join(f"({text(number)}, {text(status)})" for number, status in sorted(judged.overlay.items()))
    if department is None:
        asked = lapsed = "true"
    else:
        one = text(department)
        ids = "split_part(winner_dataset_id, '__', 1), split_part(loser_dataset_id, '__', 1)"
        asked = f"bool_or({one} in (winner_department, loser_department, {ids}))"
        lapsed = f"{one} in (department_zh, split_part(dataset_id, '__', 1))"
    dimensions = ", ".join(f"({text(one)}, {text(table)})" for one, (table, _) in DIMENSIONS.items())
    return _QUEUE.format(
        dimensions=dimensions,
        overlay=listed or "(null::varchar, null::varchar)",
        department=asked,
        lapsed_department=lapsed,
    )


def _find(settings: Settings, judged: _Judged, conflict_id: str, role: Role) -> Conflict:
    today = judged.current.get(conflict_id, conflict_id)
    found = read(f"{_queue(judged, None)} select * from queue where conflict_id = {text(today)}", role, settings)
    if found.is_empty():
        raise ConflictUnknown(conflict_id)
    return Conflict(**found.row(0, named=True))


def _statements(settings: Settings, conflict_id: str, role: Role) -> list[dict[str, Any]]:
    sql = f"""
        select dataset_id, department_zh, stated_value, compared_value, changed_on, authority_rank, is_winner,
            is_contrary, winner_rule
        from quality.fct_conflict_statements where conflict_id = {text(conflict_id)}
        order by is_winner desc, authority_rank nulls last, dataset_id"""
    return read(sql, role, settings).to_dicts()


def _where(conditions: list[str]) -> str:
    return f"where {' and '.join(conditions)}" if conditions else ""
