"""What the report says in words: the answer, what needs attention, gaps and speeds, summaries by chapter and unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from citylake.reports import wording
from citylake.reports.model import Dossier, Tracker
from citylake.reports.wording import CLASSES, NEEDS_ATTENTION, ProgressClass

ORDER = {kind.code: at for at, kind in enumerate(CLASSES)}


@dataclass(frozen=True)
class Group:
    """Indicators of one class, chapter or unit."""

    name: str
    kind: ProgressClass | None
    dossiers: tuple[Dossier, ...]

    @property
    def with_value(self) -> int:
        return sum(dossier.status.value is not None for dossier in self.dossiers)

    def count(self, kind: ProgressClass) -> int:
        return sum(dossier.status.progress_class == kind for dossier in self.dossiers)


@dataclass(frozen=True)
class Waiting:
    """Indicators of one unit that wait for data."""

    unit: str
    dossiers: tuple[Dossier, ...]


def answer(tracker: Tracker) -> list[tuple[str, str]]:
    """The answer in one sentence as (text, strong text) pieces, so that the page can set the counts in bold."""
    counts = {kind.code: number for kind, number in tracker.class_counts.items()}
    wording_of = {
        "achieved": "项已实现",
        "achieved_early": f"项已提前实现{tracker.last_year}年目标",
        "ahead": "项快于预期",
        "on_schedule": "项基本符合预期",
        "behind": "项滞后",
        "reversed": "项倒退",
        "not_assessable": "项因数据未报、没有基期或口径未定而无法评价",
    }
    pieces = [(f"{len(tracker.dossiers)}项指标中,", "")]
    shown = [(code, counts[code]) for code in wording_of if counts.get(code)]
    for at, (code, number) in enumerate(shown):
        pieces.append(
            (wording_of[code] + ("。" if at == len(shown) - 1 else ";" if code == "on_schedule" else ","), str(number))
        )
    return pieces


def answer_text(tracker: Tracker) -> str:
    return "".join(strong + text for text, strong in answer(tracker))


def delivery_counts(tracker: Tracker) -> dict[str, int]:
    """Deliveries due by the business date: expected, arrived (on time or late, taken in), late, held, missing."""
    states = [line.state for line in tracker.calendar]
    late, held, missing = states.count("late"), states.count("held") + states.count("refused"), states.count("missing")
    return {"expected": len(states), "arrived": len(states) - missing, "late": late, "held": held, "missing": missing}


def attention(tracker: Tracker) -> list[Dossier]:
    """Reversed or behind at the milestone that stands worst: reversed first, then the lowest schedule index."""
    return sorted(
        (one for one in tracker.dossiers if one.status.worst_progress_class.code in NEEDS_ATTENTION),
        key=lambda one: (-ORDER[one.status.progress_class.code], one.status.schedule_index or 0.0, one.number),
    )


def waiting(tracker: Tracker) -> list[Waiting]:
    """Responsible units whose indicators have no value at all, most indicators first."""
    by_unit: dict[str, list[Dossier]] = defaultdict(list)
    for dossier in tracker.dossiers:
        if dossier.status.value is None:
            by_unit[dossier.indicator.responsible_unit].append(dossier)
    groups = [Waiting(unit, tuple(dossiers)) for unit, dossiers in by_unit.items()]
    return sorted(groups, key=lambda group: (-len(group.dossiers), group.dossiers[0].number))


def by_class(tracker: Tracker) -> list[Group]:
    return [
        Group(kind.zh, kind, tuple(one for one in tracker.dossiers if one.status.progress_class == kind))
        for kind in tracker.class_counts
    ]


def by_chapter(tracker: Tracker) -> list[Group]:
    return _grouped([(one.indicator.chapter, one) for one in tracker.dossiers])


def by_unit(tracker: Tracker) -> list[Group]:
    return sorted(
        _grouped([(one.indicator.responsible_unit, one) for one in tracker.dossiers]),
        key=lambda group: -len(group.dossiers),
    )


def _grouped(pairs: list[tuple[str, Dossier]]) -> list[Group]:
    groups: dict[str, list[Dossier]] = defaultdict(list)
    for name, dossier in pairs:
        groups[name].append(dossier)
    return [
        Group(name, None, tuple(sorted(members, key=lambda one: (ORDER[one.status.progress_class.code], one.number))))
        for name, members in groups.items()
    ]


def gap(dossier: Dossier) -> float | None:
    """Last target minus headline value, in the indicator's unit; 0 once it is met."""
    final = dossier.final
    if dossier.status.value is None or final is None or final.target_value is None:
        return None
    distance = final.target_value - dossier.status.value
    return max(distance, 0.0) if dossier.indicator.direction != "down" else max(-distance, 0.0)


def recent_change(dossier: Dossier) -> float | None:
    """Change over the last year of the headline's own series, where the same period a year before exists."""
    value, before = dossier.status.value, dossier.status.value_a_year_before
    return None if value is None or before is None else value - before


def gap_words(dossier: Dossier) -> str:
    distance = gap(dossier)
    if distance is None:
        return "–"
    unit = dossier.indicator.unit
    return "已达到目标" if distance == 0 else f"{wording.number(distance, unit)} {wording.points(unit)}"


@dataclass(frozen=True)
class Pace:
    """How speeds are told: a month at a time once less than a year is left, else a year at a time."""

    word: str
    periods_a_year: int

    def needed(self, dossier: Dossier) -> float | None:
        """Change a period that still reaches the last target; None when it is met or cannot be said."""
        yearly = dossier.final.required_yearly_change if dossier.final else None
        return None if yearly is None or not gap(dossier) else yearly / self.periods_a_year

    @staticmethod
    def digits(dossier: Dossier) -> int:
        """Decimals of a speed: one more than the figures themselves have."""
        return 0 if dossier.indicator.unit in ("家", "户", "人", "件") else 2

    def done(self, dossier: Dossier) -> float | None:
        """Change a period over the last year."""
        yearly = recent_change(dossier)
        return None if yearly is None else yearly / self.periods_a_year


def pace(tracker: Tracker) -> Pace:
    left = tracker.last_year - wording.year_position(f"{tracker.business_date:%Y-%m}")
    return Pace("每月", 12) if left < 1 else Pace("每年", 1)


def speed_words(dossier: Dossier, speed: Pace) -> str:
    """The change still needed, beside what the last year brought."""
    unit = dossier.indicator.unit
    needed, done = speed.needed(dossier), speed.done(dossier)
    words = []
    if needed is not None:
        words.append(
            f"{speed.word}需 {wording.signed(needed, unit, digits=speed.digits(dossier))} {wording.points(unit)}"
        )
    if done is not None:
        words.append(
            f"近一年{speed.word} {wording.signed(done, unit, digits=speed.digits(dossier))} {wording.points(unit)}"
        )
    return ",".join(words) if words else "–"


def simulated_numbers(tracker: Tracker) -> list[int]:
    return [dossier.number for dossier in tracker.simulated]


def changes(tracker: Tracker) -> dict[str, list[str]]:
    """Datasets whose deliveries came late, are held or are missing, most periods first, as short texts by state."""
    periods: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for line in tracker.calendar:
        state = "held" if line.state == "refused" else line.state
        if state != "on_time":
            periods[state, line.department, line.dataset].append(line.business_period)
    lines: dict[str, list[str]] = {"late": [], "held": [], "missing": []}
    for (state, department, dataset), missed in sorted(periods.items(), key=lambda item: (-len(item[1]), item[0])):
        when = wording.period(missed[0]) if len(missed) == 1 else f"{len(missed)} 期"
        lines[state].append(f"{department} {dataset} {when}")
    return lines
