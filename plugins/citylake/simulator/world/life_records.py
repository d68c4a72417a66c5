"""What health centres, the traffic police, job centres and civil affairs keep of people: one element a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, day, spread
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.divisions import STREET_COUNT, STREET_START
from citylake.simulator.world.insurance import Insurance
from citylake.simulator.world.life import Life
from citylake.simulator.world.people import People

HEALTH_SHARE, SECOND_RECORD_SHARE, CANCELLED_SHARE = 0.88, 0.02, 0.7
RECORDS_A_VILLAGE = 3000
LICENCE_SHARE = {True: 0.62, False: 0.38}
CARE_SHARE, SECOND_CARE_SHARE = 0.085, 0.08
EARLIER_JOB_SHARE, OPEN_EARLIER_SHARE, UNEMPLOYED_SHARE, SITE_SHARE = 0.45, 0.06, 0.03, 0.18
# What a registration of work is about.
EMPLOYED, UNEMPLOYED, SITE_WORKER = 0, 1, 2
# 1 in 400 records and registrations changes on a working day.
CHANGED_A_DAY = 0.0008


@dataclass
class HealthRecords:
    """Records of the health centres: `street` is where the centre lies, `place` the place within its numbers."""

    person: np.ndarray
    street: np.ndarray
    place: np.ndarray
    created: np.ndarray
    cancelled: np.ndarray
    changed: np.ndarray


@dataclass
class Licences:
    """Driving licences: since when, when renewed or changed last."""

    person: np.ndarray
    issued: np.ndarray
    changed: np.ndarray


@dataclass
class Jobs:
    """Registrations of work: `employer` is an enterprise or -1, `kind` EMPLOYED, UNEMPLOYED or SITE_WORKER."""

    person: np.ndarray
    kind: np.ndarray
    employer: np.ndarray
    begun: np.ndarray
    ended: np.ndarray
    changed: np.ndarray


@dataclass
class Care:
    """Services to old people: which (0 … 4), since when, until when (NO_DAY: still)."""

    person: np.ndarray
    kind: np.ndarray
    begun: np.ndarray
    ended: np.ndarray


def _recent(rng: np.random.Generator, changed: np.ndarray, free: np.ndarray, first: int, until: int) -> np.ndarray:
    """`changed` with so many changes in the simulated months that every day has some; only rows in `free`."""
    span = until - first + 1
    rows = rng.permutation(free)[: max(2 * span, int(CHANGED_A_DAY * span * len(changed)))]
    changed[rows] = spread(rng, len(rows), first, until)
    return changed


def make_health_records(people: People, life: Life, schedule: Schedule, streams: Streams) -> HealthRecords:
    """Records since 2009; some people have a second one from another centre, some of the dead are cancelled."""
    rng = streams.named("health records")
    first, until = day(schedule.first_day), people.until
    held = (rng.random(people.count) < HEALTH_SHARE) & (people.birth < until - 20)
    person = np.flatnonzero(held).astype(np.int32)
    second = person[rng.random(len(person)) < SECOND_RECORD_SHARE]
    street = people.lived_street[person].astype(np.int16)
    division = people.division[second]
    other = STREET_START[division] + rng.integers(0, 10**6, len(second)) % STREET_COUNT[division]
    person, street = np.concatenate([person, second]), np.concatenate([street, other.astype(np.int16)])
    earliest = np.maximum(people.birth[person] + 5, day(date(2009, 6, 1)))
    created = earliest + (rng.beta(1.0, 2.0, len(person)) * (until - earliest)).astype(np.int32)
    death = life.death[person]
    struck = (death != NO_DAY) & (rng.random(len(person)) < CANCELLED_SHARE)
    cancelled = np.where(struck, death + rng.integers(10, 200, len(person)), NO_DAY)
    cancelled = np.where((cancelled > until) | (cancelled <= created), NO_DAY, cancelled)
    visited = created + (rng.random(len(person)) * (first - 1 - created).clip(0)).astype(np.int32)
    changed = _recent(rng, visited, np.flatnonzero((created < first) & (death == NO_DAY)), first, until)
    place = np.empty(len(person), dtype=np.int32)
    order = np.argsort(street, kind="stable")
    place[order] = np.arange(len(order)) - np.searchsorted(street[order], street[order])
    return HealthRecords(
        person,
        street.astype(np.int8),
        place,
        created,
        cancelled.astype(np.int32),
        np.maximum(changed, cancelled).astype(np.int32),
    )


def make_licences(people: People, life: Life, schedule: Schedule, streams: Streams) -> Licences:
    """Driving licences of grown-ups; in the simulated months some are renewed or changed every day."""
    rng = streams.named("driving licences")
    first, until = day(schedule.first_day), people.until
    share = np.where(people.is_male, LICENCE_SHARE[True], LICENCE_SHARE[False])
    share = share * np.interp(people.age(until), [18, 25, 55, 75], [0.15, 1.0, 0.8, 0.1], left=0, right=0)
    person = np.flatnonzero((rng.random(people.count) < share) & life.is_alive_on(first)).astype(np.int32)
    earliest = np.maximum(people.birth[person] + 18 * 366, day(date(1990, 1, 1)))
    issued = earliest + (rng.beta(1.0, 1.5, len(person)) * (until - earliest)).astype(np.int32)
    changed = np.full(len(person), NO_DAY, dtype=np.int32)
    return Licences(person, issued, _recent(rng, changed, np.flatnonzero(issued < first), first, until))


def make_jobs(
    people: People, insurance: Insurance, employers: np.ndarray, schedule: Schedule, streams: Streams
) -> Jobs:
    """The job of everyone employed, the one before for many (a few never ended), the unemployed, site workers."""
    rng = streams.named("jobs")
    first, until = day(schedule.first_day), people.until
    worker = np.flatnonzero(insurance.is_employed).astype(np.int32)
    of_age = np.maximum(people.birth[worker] + 18 * 365, day(date(2006, 1, 1)))
    begun = of_age + (rng.beta(2.0, 1.0, len(worker)) * (until - 5 - of_age).clip(1)).astype(np.int32)
    before = rng.random(len(worker)) < EARLIER_JOB_SHARE
    earlier = worker[before]
    gap = (begun[before] - of_age[before]).clip(2)
    sooner = of_age[before] + (rng.random(len(earlier)) * gap * 0.8).astype(np.int32)
    left = np.maximum(begun[before] - rng.integers(1, 90, len(earlier)), sooner + 1)
    left = np.where(rng.random(len(earlier)) < OPEN_EARLIER_SHARE, NO_DAY, left)
    age = people.age(until)
    idle = np.flatnonzero(
        ~insurance.is_employed & (age >= 20) & (age < 58) & (rng.random(people.count) < UNEMPLOYED_SHARE / 0.2)
    ).astype(np.int32)
    idle_since = until - 20 - rng.integers(0, 900, len(idle))
    newcomer = worker[~people.is_registered[worker]]
    site = newcomer[rng.random(len(newcomer)) < SITE_SHARE]
    site_since = until - 10 - rng.integers(0, 700, len(site))
    person = np.concatenate([worker, earlier, idle, site])
    counts = (len(worker), len(earlier), len(idle), len(site))
    kind = np.repeat(np.array([EMPLOYED, EMPLOYED, UNEMPLOYED, SITE_WORKER], dtype=np.int8), counts)
    firms = employers[rng.integers(0, len(employers), len(person))]
    employer = np.where(np.arange(len(person)) < counts[0], insurance.employer[person], firms)
    employer[kind == UNEMPLOYED] = -1
    start = np.concatenate([begun, sooner, idle_since, site_since]).astype(np.int32)
    ended = np.concatenate([np.full(counts[0], NO_DAY), left, np.full(counts[2] + counts[3], NO_DAY)]).astype(np.int32)
    changed = _recent(rng, ended.copy(), np.flatnonzero((start < first) & (ended == NO_DAY)), first, until)
    return Jobs(person, kind, employer.astype(np.int32), start, ended, changed)


def make_care(people: People, life: Life, streams: Streams) -> Care:
    """Services of people from sixty on, the older the more; they end a month or two after death."""
    rng = streams.named("elderly care")
    age = people.age(people.until)
    share = CARE_SHARE * np.interp(age, [59, 60, 70, 80, 90], [0.0, 0.2, 0.7, 2.0, 4.0])
    alive = life.is_alive_on(people.until - 400)
    one = np.flatnonzero((rng.random(people.count) < share) & alive & people.is_registered).astype(np.int32)
    two = one[rng.random(len(one)) < SECOND_CARE_SHARE]
    person = np.concatenate([one, two])
    first_kind = rng.integers(0, 5, len(one))
    second_kind = np.zeros(len(two), dtype=np.int64)
    kind = np.concatenate([first_kind, second_kind])
    kind[len(one) :] = np.where(np.isin(two, one[first_kind == 0]), 1, 0)
    earliest = np.maximum(people.birth[person] + 60 * 365 + 16, day(date(2016, 1, 1)))
    begun = earliest + (rng.random(len(person)) * (people.until - 30 - earliest).clip(0)).astype(np.int32)
    death = life.death[person]
    ended = np.where(death != NO_DAY, death + rng.integers(5, 60, len(person)), NO_DAY)
    kept = (death == NO_DAY) | (death > begun)
    order = np.lexsort((kind[kept], person[kept], people.division[person[kept]]))
    return Care(*(some[kept][order] for some in (person, kind.astype(np.int8), begun, ended.astype(np.int32))))
