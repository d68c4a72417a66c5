"""Social and medical insurance of the simulated people: one element a row of the insurers' own books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator import places
from citylake.simulator.drawing import ALL, NO_DAY, Streams, day, office_seconds, pick, spread
from citylake.simulator.schedule import Schedule
from citylake.simulator.world_people import People

SOCIAL_SHARE_OF_ADULTS = 0.76
MEDICAL_SHARE = 0.92
INSURED_ELSEWHERE_SHARE = 0.03
SOCIAL_TYPES = ["employee_pension", "institution_pension", "resident_pension", "unemployment", "work_injury"]
STATUSES = ["insured", "suspended", "ended"]


@dataclass
class Policies:
    """Rows of an insurance book: a person, a kind, since when, and at most one later change of status."""

    person: np.ndarray
    kind: np.ndarray
    division: pl.Series
    employer: np.ndarray
    valid_from: np.ndarray
    changed: np.ndarray
    status: np.ndarray
    started_at: np.ndarray
    changed_at: np.ndarray

    def status_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Index into STATUSES on a day."""
        changed = self.changed[rows]
        return np.where((changed > NO_DAY) & (changed <= on), self.status[rows], 0)


@dataclass
class Insurance:
    """The two books, and the numbers that the insurers give to people (aligned with People)."""

    social: Policies
    medical: Policies
    social_no: pl.Series
    medical_no: pl.Series
    is_employed: np.ndarray
    employer: np.ndarray


def make_insurance(people: People, employers: np.ndarray, schedule: Schedule, streams: Streams) -> Insurance:
    """Books for all people; `employers` are the enterprises (indices) that people work for."""
    rng = streams.named("insurance")
    until = day(schedule.until)
    age = people.age(until)
    alive = (people.death == NO_DAY) | (people.death >= day(schedule.first_day))
    is_social = (age >= 17) & alive & (rng.random(people.count) < SOCIAL_SHARE_OF_ADULTS)
    is_employed = is_social & (age < 61) & (rng.random(people.count) < 0.78)
    employer = np.where(is_employed, employers[rng.integers(0, len(employers), people.count)], -1)
    numbers = 3204000000 + rng.permutation(people.count)
    return Insurance(
        social=_social(people, is_social, is_employed, employer, schedule, rng),
        medical=_medical(people, alive, is_employed, employer, schedule, streams.named("medical")),
        social_no=pl.Series(numbers).cast(pl.String),
        medical_no=pl.Series(320400000000000000 + rng.permutation(people.count) * 7 + 10**9).cast(pl.String),
        is_employed=is_employed,
        employer=employer,
    )


def _social(
    people: People,
    is_social: np.ndarray,
    is_employed: np.ndarray,
    employer: np.ndarray,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Policies:
    """Employees carry three kinds, public servants two, the others one."""
    until = day(schedule.until)
    public = is_employed & (rng.random(people.count) < 0.08)
    retired = is_social & ~is_employed & (people.age(until) >= 55) & (rng.random(people.count) < 0.5)
    kinds = [
        (0, (is_employed & ~public) | retired),
        (1, public),
        (2, is_social & ~is_employed & ~retired),
        (3, is_employed & ~public),
        (4, is_employed),
    ]
    person = np.concatenate([np.flatnonzero(mask) for _, mask in kinds])
    kind = np.concatenate([np.full(mask.sum(), at) for at, mask in kinds])
    order = np.lexsort((kind, person))
    person, kind = person[order], kind[order]
    earliest = np.maximum(people.birth + 16 * 366, day(date(2003, 1, 1)))
    start = earliest + (rng.random(people.count) * (until - 5 - earliest).clip(1)).astype(np.int64)
    valid_from = start[person] + np.where(kind > 2, rng.integers(0, 4, len(person)), 0)
    division = pick(places.DIVISIONS, people.division)
    return _policies(
        person,
        kind,
        division.gather(person),
        np.where(kind == 2, -1, employer[person]),
        np.minimum(valid_from, until),
        schedule,
        rng,
    )


def _medical(
    people: People,
    alive: np.ndarray,
    is_employed: np.ndarray,
    employer: np.ndarray,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Policies:
    """One kind a person, two for those who changed job this month; a few are insured in other cities."""
    until = day(schedule.until)
    insured = np.flatnonzero(alive & (rng.random(people.count) < MEDICAL_SHARE))
    retired = (people.age(until) >= 60) & (rng.random(people.count) < 0.4)
    kind_of = np.where(is_employed | retired, 0, 1)
    both = insured[(kind_of[insured] == 0) & (rng.random(len(insured)) < 0.004)]
    person = np.concatenate([insured, both])
    kind = np.concatenate([kind_of[insured], np.ones(len(both), dtype=np.int64)])
    order = np.lexsort((kind, person))
    person, kind = person[order], kind[order]
    old = people.birth + (rng.random(people.count) * 60).astype(np.int64)
    base = np.maximum(old, day(date(2008, 1, 1)) + rng.integers(0, 3000, people.count))
    newcomer = rng.random(people.count) < 0.12
    recent = np.maximum(
        old, day(date(2020, 12, 1)) + rng.integers(0, until - 40 - day(date(2020, 12, 1)), people.count)
    )
    valid_from = np.minimum(np.where(newcomer, recent, base), until - 40)
    foreign = rng.random(people.count) < INSURED_ELSEWHERE_SHARE
    names = [*places.DIVISIONS, *places.INSURED_ELSEWHERE]
    where = np.where(
        foreign, len(places.DIVISIONS) + rng.integers(0, len(places.INSURED_ELSEWHERE), people.count), people.division
    )
    return _policies(
        person,
        kind,
        pick(names, where[person]),
        np.where(kind == 0, employer[person], -1),
        valid_from[person],
        schedule,
        rng,
    )


def _policies(
    person: np.ndarray,
    kind: np.ndarray,
    division: pl.Series,
    employer: np.ndarray,
    valid_from: np.ndarray,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Policies:
    """Adds changes of status: 3 % long ago, 1.5 % within the simulated months (rest of the city's churn)."""
    count = len(person)
    first, until = day(schedule.first_day), day(schedule.until)
    draw = rng.random(count)
    recent = np.flatnonzero(draw < 0.015)
    before = np.flatnonzero((draw >= 0.015) & (draw < 0.045))
    changed = np.full(count, NO_DAY)
    changed[recent] = spread(rng, len(recent), first, until)
    changed[before] = day(date(2019, 6, 1)) + rng.integers(0, first - 1 - day(date(2019, 6, 1)), len(before))
    changed = np.where(changed > valid_from, changed, NO_DAY)
    status = np.where(changed > NO_DAY, rng.integers(1, 3, count), 0)
    return Policies(
        person,
        kind,
        division,
        employer,
        valid_from,
        changed,
        status,
        office_seconds(rng, valid_from),
        office_seconds(rng, changed),
    )
