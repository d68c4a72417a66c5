"""Issues: one for each continuing cause, opened when it is first seen, closed by itself when it is gone.

Each is an object `quarantine/_issues/<issue_id>.json`. The id is made of the cause and of the business date on which it
was first seen, so a run that was killed, or is run again, opens nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from citylake.lake import Lake
from citylake.orchestration.docket import read_docket
from citylake.orchestration.issue_causes import Cause, find_causes
from citylake.orchestration.notify import Channel, HookFailed, Notice, channels
from citylake.settings import Settings, now

_FOLDER = "_issues"


@dataclass(frozen=True)
class Issue:
    """One continuing cause. `times_seen` counts business dates; `notified_at` is set when every hook was told of it.

    `told_opened` and `told_closed` are the hooks that were told so far. Moments are ISO texts in Shanghai time.
    """

    issue_id: str
    cause_key: str
    kind: str
    department_id: str | None
    dataset_id: str | None
    title_zh: str
    opened_at: str
    last_seen_at: str
    last_seen_on: str
    closed_at: str | None = None
    times_seen: int = 1
    notified_at: str | None = None
    told_opened: tuple[str, ...] = ()
    told_closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class WatchSummary:
    """What one look found: issues opened and closed by it, those that are open, hooks that did not answer, and (at the
    end of a night) that nothing was published.
    """

    opened: list[str]
    closed: list[str]
    open: list[str]
    failed_hooks: list[str]
    unpublished: str | None = None


def watch(
    settings: Settings, business_date: date, *, failed: Mapping[str, str] | None = None, is_night_over: bool = False
) -> WatchSummary:
    """Opens, continues and closes issues as of a business date, and tells the hooks. Raises StoreError.

    :param failed: department id -> name, of departments whose landing or staging ended in an error
    :param is_night_over: whether a version of this date should have been published by now

    A date before the newest one looked at changes nothing: issues say what is wrong now.
    """
    lake = Lake(settings)
    before = read_issues(lake, settings)
    if any(one.last_seen_on > business_date.isoformat() for one in before):
        return WatchSummary([], [], [one.title_zh for one in before if not one.closed_at], [])
    causes = find_causes(settings, read_docket(settings, business_date), business_date, failed or {}, is_night_over)
    kept = {"hook"} if is_night_over else {"hook", "night"}  # what this look says nothing of
    after = _carry_on(before, causes, business_date, kept)
    after, failures = _tell(after, channels(settings), business_date)
    after = _carry_on(after, [*causes, *failures], business_date, set() if is_night_over else {"night"})
    for issue in after:
        if issue not in before:
            _write(lake, issue)
    known = {one.issue_id: one for one in before}
    return WatchSummary(
        [one.title_zh for one in after if not one.closed_at and _was_closed(known.get(one.issue_id))],
        [one.title_zh for one in after if one.closed_at and not _was_closed(known.get(one.issue_id))],
        [one.title_zh for one in after if not one.closed_at],
        [one.title_zh for one in failures],
        next((one.title_zh for one in causes if one.kind == "night"), None),
    )


def read_issues(lake: Lake, settings: Settings) -> list[Issue]:
    """Every issue that was ever opened, oldest first. Raises StoreError."""
    from citylake.warehouse.mirror import Mirror

    files = Mirror(lake, settings.warehouse_dir / "cache").fetch(lake.list("quarantine", f"{_FOLDER}/"))
    found = [json.loads(path.read_bytes()) for path in files.values()]
    issues = [Issue(**_tuples(one)) for one in found]
    return sorted(issues, key=lambda issue: (issue.opened_at, issue.issue_id))


def _carry_on(issues: Sequence[Issue], causes: Iterable[Cause], day: date, kept: set[str]) -> list[Issue]:
    """Issues after a look: those whose cause is there go on, the others close, new causes open one."""
    moment, today = now().isoformat(), day.isoformat()
    by_key = {cause.key: cause for cause in causes}
    after = [
        _continued(one, by_key.pop(one.cause_key, None), kept, moment, today) for one in issues if not one.closed_at
    ]
    closed = {one.issue_id: one for one in issues if one.closed_at}
    for cause in by_key.values():
        issue_id = f"{today.replace('-', '')}-{hashlib.sha256(f'{cause.key}|{today}'.encode()).hexdigest()[:12]}"
        if earlier := closed.pop(issue_id, None):  # gone and back on one day: the same issue
            told = tuple(name for name in earlier.told_opened if name not in earlier.told_closed)
            seen = replace(earlier, closed_at=None, last_seen_at=moment, title_zh=cause.title_zh)
            after.append(replace(seen, told_opened=told, told_closed=()))
        else:
            who = (cause.department_id, cause.dataset_id)
            after.append(Issue(issue_id, cause.key, cause.kind, *who, cause.title_zh, moment, moment, today))
    return [*closed.values(), *after]


def _continued(issue: Issue, cause: Cause | None, kept: set[str], moment: str, today: str) -> Issue:
    if cause is None:
        return issue if issue.kind in kept else replace(issue, closed_at=moment, last_seen_on=today)
    if issue.last_seen_on == today and issue.title_zh == cause.title_zh:
        return issue
    seen = issue.times_seen + (issue.last_seen_on != today)
    return replace(issue, last_seen_at=moment, last_seen_on=today, times_seen=seen, title_zh=cause.title_zh)


def _tell(issues: Sequence[Issue], hooks: Sequence[Channel], day: date) -> tuple[list[Issue], list[Cause]]:
    """Tells each hook what opened and closed since it was last told; a hook that fails is asked again next time."""
    told, failures = list(issues), []
    for hook in hooks:
        news = [one for one in told if one.kind != "hook"]
        opened = [one for one in news if not one.closed_at and hook.name not in one.told_opened]
        closed = [
            one for one in news if one.closed_at and hook.name in one.told_opened and hook.name not in one.told_closed
        ]
        if not opened and not closed:
            continue
        try:
            hook.send(Notice(day, tuple(map(_line, opened)), tuple(map(_line, closed))))
        except HookFailed as error:
            failures.append(Cause(f"hook:{hook.name}", "hook", None, None, error.message))
            continue
        news_ids = {one.issue_id for one in (*opened, *closed)}
        told = [_marked(one, hook, hooks) if one.issue_id in news_ids else one for one in told]
    return told, failures


def _marked(issue: Issue, hook: Channel, hooks: Sequence[Channel]) -> Issue:
    if issue.closed_at:
        return replace(issue, told_closed=(*issue.told_closed, hook.name))
    told = (*issue.told_opened, hook.name)
    is_all = all(one.name in told for one in hooks)
    return replace(issue, told_opened=told, notified_at=now().isoformat() if is_all else issue.notified_at)


def _line(issue: Issue) -> dict[str, str | None]:
    """What leaves the house of one issue: no delivered value, no file name, no person."""
    wanted = ("issue_id", "kind", "department_id", "dataset_id", "title_zh", "opened_at", "closed_at")
    return {name: getattr(issue, name) for name in wanted}


def _was_closed(issue: Issue | None) -> bool:
    return issue is None or issue.closed_at is not None


def _write(lake: Lake, issue: Issue) -> None:
    lake.put("quarantine", f"{_FOLDER}/{issue.issue_id}.json", json.dumps(asdict(issue), ensure_ascii=False).encode())


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
