"""Credit records of the city: licences and penalties made public, lists, abnormal operations, defaulters, repairs.

A subject is a legal entity (`entity`) or a person (`person`); the other of the two is -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import ALL, NO_DAY, Streams, day, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.certificates import CHEMICAL, FOOD, OTHER, PRACTICE, Certificates
from citylake.simulator.world.entities import SELF_EMPLOYED, Entities, scaled

# Credit subjects of persons count from here, so that the two kinds never meet in an id.
PERSONS_FROM = 50_000_000
RED_LISTS = ("纳税信用A级纳税人名单", "守合同重信用企业名单", "劳动保障守法诚信单位名单")
BLACK_LISTS = (
    "严重违法失信企业名单",
    "重大税收违法失信主体名单",
    "拖欠农民工工资失信主体名单",
    "安全生产严重失信主体名单",
)
LISTING_REASONS = (
    "未按规定公示年度报告",
    "未按规定公示即时信息",
    "公示信息隐瞒真实情况、弄虚作假",
    "通过登记的住所或者经营场所无法联系",
)
FIRST_PENALTY = day(date(2019, 1, 1))


@dataclass(frozen=True)
class Records:
    """One element a record: its subject, the day it was made, the day it stops to be shown or valid, a later change.

    `kind` is a sort within the book, `closed` the day on which the record was withdrawn, removed or repaired (NO_DAY:
    it stands), `link` a row of another book (licences: the certificate; repairs: the record repaired) or -1.
    """

    entity: np.ndarray
    person: np.ndarray
    kind: np.ndarray
    made: np.ndarray
    until: np.ndarray
    closed: np.ndarray
    link: np.ndarray

    @property
    def count(self) -> int:
        return len(self.entity)

    def subjects(self, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """The index of each record's true credit subject."""
        return np.where(self.entity[rows] >= 0, self.entity[rows], PERSONS_FROM + self.person[rows])

    def is_closed_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        closed = self.closed[rows]
        return (closed > NO_DAY) & (closed <= on)


@dataclass(frozen=True)
class Credit:
    """All books. `lists` counts the red lists first, `repairs.kind` is 0 for penalties, 1 for abnormal operations."""

    licences: Records
    penalties: Records
    lists: Records
    abnormal: Records
    defaulters: Records
    repairs: Records
    inspections: Records


def make_credit(entities: Entities, certificates: Certificates, schedule: Schedule, streams: Streams) -> Credit:
    """Books of all kinds; every record lies within the life of its subject."""
    until, people = day(schedule.until), entities.people.count
    penalties = _penalties(entities, until, scaled(people, 260_000, 80), streams.named("penalties"))
    abnormal = _abnormal(entities, until, scaled(people, 120_000, 60), streams.named("abnormal operations"))
    repairs = _repairs(penalties, abnormal, until, scaled(people, 22_000, 24), streams.named("repairs"))
    return Credit(
        licences=_licences(entities, certificates, until, scaled(people, 1_100_000, 120), streams.named("licences")),
        penalties=_repaired(penalties, repairs, 0),
        lists=_lists(entities, until, scaled(people, 60_000, 60), streams.named("lists")),
        abnormal=_repaired(abnormal, repairs, 1),
        defaulters=_defaulters(entities, until, scaled(people, 35_000, 40), streams.named("defaulters")),
        repairs=repairs,
        inspections=_inspections(entities, schedule, scaled(people, 750_000, 200), streams.named("inspections")),
    )


def _book(
    entity: np.ndarray,
    made: np.ndarray,
    person: np.ndarray | None = None,
    kind: np.ndarray | None = None,
    until: np.ndarray | None = None,
    closed: np.ndarray | None = None,
    link: np.ndarray | None = None,
) -> Records:
    none, never = np.full(len(entity), -1), np.full(len(entity), NO_DAY)
    return Records(
        entity=entity.astype(np.int32),
        person=(none if person is None else person).astype(np.int32),
        kind=(none if kind is None else kind).astype(np.int8),
        made=made.astype(np.int32),
        until=(never if until is None else until).astype(np.int32),
        closed=(never if closed is None else closed).astype(np.int32),
        link=(none if link is None else link).astype(np.int32),
    )


def _subjects(
    entities: Entities, until: int, count: int, persons: float, first: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entity, person and day of so many records; firms that share their name with others come first of all."""
    able = np.flatnonzero((entities.kind <= SELF_EMPLOYED) & (entities.established < until - 30))
    able = able[(entities.closed[able] == NO_DAY) | (entities.closed[able] > first + 30)]
    entity = able[rng.integers(0, len(able), count)]
    shared = np.intersect1d(able, np.flatnonzero(entities.name_key[: entities.firms] != np.arange(entities.firms)))
    some = min(len(shared), 3)
    entity[:some] = shared[:some]
    age = entities.people.age(until)
    adults = np.flatnonzero((age >= 25) & (age < 80))
    is_person = rng.random(count) < persons
    is_person[:some] = False
    person = np.where(is_person, adults[rng.integers(0, len(adults), count)], -1)
    begin = np.maximum(entities.established[entity] + 1, first)
    end = np.where(entities.closed[entity] > NO_DAY, entities.closed[entity], until)
    begin, end = np.where(is_person, first, begin), np.where(is_person, until, end)
    made = begin + (rng.random(count) ** 0.7 * np.maximum(end - begin, 0)).astype(np.int64)
    return np.where(is_person, -1, entity), person, np.minimum(made, until)


def _closes(rng: np.random.Generator, made: np.ndarray, share: float, span: int, until: int) -> np.ndarray:
    """For a share of the records a day within `span` days of being made, where that has come."""
    closed = made + 1 + rng.integers(0, span, len(made))
    return np.where((rng.random(len(made)) < share) & (closed <= until), closed, NO_DAY)


def _licences(
    entities: Entities, certificates: Certificates, until: int, count: int, rng: np.random.Generator
) -> Records:
    """Decisions to license: those behind certificates that are published here, and others without a certificate."""
    shown = certificates.of_kind(FOOD, PRACTICE, CHEMICAL, OTHER)
    shown = shown[(certificates.entity[shown] >= 0) & (certificates.issued[shown] >= day(date(2016, 1, 1)))]
    entity, person, made = _subjects(entities, until, count, 0.12, day(date(2016, 1, 1)), rng)
    ends = np.where(rng.random(count) < 0.6, made + 3 * 365, NO_DAY)
    book = _book(
        np.concatenate([certificates.entity[shown], entity]),
        np.concatenate([certificates.issued[shown], made]),
        person=np.concatenate([np.full(len(shown), -1), person]),
        kind=weighted(rng, [6, 1, 1, 2, 2, 1], len(shown) + count),
        until=np.concatenate([certificates.valid_to[shown], ends]),
        link=np.concatenate([shown, np.full(count, -1)]),
    )
    closed = _closes(rng, book.made.astype(np.int64), 0.02, 400, until).astype(np.int32)
    return _with_closed(book, closed)


def _with_closed(book: Records, closed: np.ndarray) -> Records:
    return _book(book.entity, book.made, book.person, book.kind, book.until, closed, book.link)


def _penalties(entities: Entities, until: int, count: int, rng: np.random.Generator) -> Records:
    """Penalties are shown for a year, serious ones for three; a fiftieth is withdrawn."""
    entity, person, made = _subjects(entities, until, count, 0.15, FIRST_PENALTY, rng)
    kind = weighted(rng, [2, 10, 1, 3, 2, 1, 1, 1], count)
    shown = np.where((kind >= 5) | (rng.random(count) < 0.2), 3 * 365, 365)
    return _book(entity, made, person, kind, made + shown, _closes(rng, made, 0.02, 200, until))


def _lists(entities: Entities, until: int, count: int, rng: np.random.Generator) -> Records:
    """Entries of red lists (kinds 0-2) and black ones (3-6); persons stand in black ones alone."""
    entity, person, made = _subjects(entities, until, count, 0.12, day(date(2017, 1, 1)), rng)
    red, black = weighted(rng, [6, 2, 2], count), len(RED_LISTS) + weighted(rng, [5, 2, 2, 1], count)
    kind = np.where((person < 0) & (rng.random(count) < 0.7), red, black)
    return _book(entity, made, person, kind, made + 3 * 365, _closes(rng, made, 0.25, 1100, until))


def _abnormal(entities: Entities, until: int, count: int, rng: np.random.Generator) -> Records:
    """Listed for one of four reasons, no entity twice on one day for one; half are removed again."""
    entity, _, made = _subjects(entities, until, count, 0.0, day(date(2014, 10, 1)), rng)
    kind = weighted(rng, [5, 1, 0.4, 4], count)
    _, first = np.unique(np.stack([entity, made, kind]), axis=1, return_index=True)
    kept = np.sort(first)
    entity, made, kind = entity[kept], made[kept], kind[kept]
    return _book(entity, made, kind=kind, closed=_closes(rng, made, 0.5, 1500, until))


def _defaulters(entities: Entities, until: int, count: int, rng: np.random.Generator) -> Records:
    """Debtors on the court's list since 2014, persons mostly; `until` is the day the case was filed."""
    entity, person, made = _subjects(entities, until, count, 0.65, day(date(2014, 1, 1)), rng)
    filed = np.maximum(made - rng.integers(30, 400, count), day(date(2013, 6, 1)))
    return _book(entity, made, person, until=filed, closed=_closes(rng, made, 0.3, 1500, until))


def _repairs(penalties: Records, abnormal: Records, until: int, count: int, rng: np.random.Generator) -> Records:
    """Applications to have a penalty (0) or a listing (1) no longer shown; `until` is the decision, `closed` a repair.

    Some apply twice for one record. Records that are closed already have nothing to repair.
    """
    parts = []
    for kind, book, share in ((0, penalties, 0.75), (1, abnormal, 0.25)):
        able = np.flatnonzero((book.made < until - 60) & (book.closed == NO_DAY) & (book.entity >= 0))
        once = rng.permutation(able)[: max(4, int(count * share))]
        rows = np.sort(np.concatenate([once, once[: len(once) // 15]]))
        applied = np.minimum(book.made[rows].astype(np.int64) + 30 + rng.integers(0, 400, len(rows)), until)
        decided = applied + 2 + rng.integers(0, 12, len(rows))
        is_second = np.concatenate(([False], rows[1:] == rows[:-1]))
        refused = (rng.random(len(rows)) < 0.12) | is_second
        parts.append((np.full(len(rows), kind), rows, book.entity[rows], applied, decided, refused))
    kinds, rows, entity, applied, decided, refused = (np.concatenate(some) for some in zip(*parts, strict=True))
    order = np.argsort(applied, kind="stable")
    closed = np.where(refused | (decided > until), NO_DAY, decided)
    return _book(
        entity[order], applied[order], kind=kinds[order], until=decided[order], closed=closed[order], link=rows[order]
    )


def _repaired(book: Records, repairs: Records, kind: int) -> Records:
    """The book with the day of repair as the day on which a record was closed."""
    done = (repairs.kind == kind) & (repairs.closed > NO_DAY)
    closed = book.closed.copy()
    closed[repairs.link[done]] = repairs.closed[done]
    return _with_closed(book, closed)


def _inspections(entities: Entities, schedule: Schedule, count: int, rng: np.random.Generator) -> Records:
    """Visits since 2021, at least one a day of the window; `kind` is the result, `closed` the day it was put right."""
    first, until = day(schedule.first_day), day(schedule.until)
    entity, _, made = _subjects(entities, until, count, 0.0, day(date(2021, 1, 1)), rng)
    fresh = rng.permutation(count)[: until - first + 1]
    in_window = np.arange(first, first + len(fresh))
    begun = entities.established[entity[fresh]] < in_window
    gone = (entities.closed[entity[fresh]] > NO_DAY) & (entities.closed[entity[fresh]] < in_window)
    made[fresh] = np.where(begun & ~gone, in_window, made[fresh])
    kind = weighted(rng, [80, 12, 3, 5], count)
    closed = np.where((kind == 1) | (kind == 2), _closes(rng, made, 0.8, 40, until), NO_DAY)
    return _book(entity, made, kind=kind, closed=closed)
