"""Social and medical insurance of the simulated people: one element a row of the insurers' own books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import scrambled
from citylake.simulator.basics.drawing import ALL, NO_DAY, Streams, day, pick, spread
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places
from citylake.simulator.world.life import Life
from citylake.simulator.world.people import People

SOCIAL_SHARE_OF_ADULTS = 0.76
MEDICAL_SHARE = 0.92
INSURED_ELSEWHERE_SHARE = 0.03
SOCIAL_TYPES = ["employee_pension", "institution_pension", "resident_pension", "unemployment", "work_injury"]
STATUSES = ["insured", "suspended", "ended"]
INSURED_AT = [*places.DIVISIONS, *places.INSURED_ELSEWHERE]
# Newborns are insured some weeks after birth.
NEWBORN_DAYS = 110


@dataclass
class Policies:
    """Rows of an insurance book: a person, a kind, since when, and at most one later change of status.

    `division` indexes INSURED_AT; days (int32) count from 1970. `employer_of` holds the employer of each person (an
    enterprise or -1), `through_employer` says for each kind whether it is the employer who insures.
    """

    person: np.ndarray
    kind: np.ndarray
    division: np.ndarray
    valid_from: np.ndarray
    changed: np.ndarray
    status: np.ndarray
    employer_of: np.ndarray
    through_employer: tuple[bool, ...]

    def status_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Index into STATUSES on a day."""
        changed = self.changed[rows]
        return np.where((changed > NO_DAY) & (changed <= on), self.status[rows], 0)

    def employers(self, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """The enterprise that insures the person, or -1."""
        through = np.array(self.through_employer)[self.kind[rows]]
        return np.where(through, self.employer_of[self.person[rows]], -1)

    def division_codes(self, rows: np.ndarray) -> pl.Series:
        return pick(INSURED_AT, self.division[rows])


@dataclass
class Insurance:
    """The two books, the numbers that the insurers give to people, and who works for whom (aligned with People)."""

    social: Policies
    medical: Policies
    is_employed: np.ndarray
    employer: np.ndarray

    def social_nos(self, who: np.ndarray) -> pl.Series:
        return pl.Series(3204000000 + scrambled(who)).cast(pl.String)

    def medical_nos(self, who: np.ndarray) -> pl.Series:
        return pl.Series(320400000000000000 + (scrambled(who) * 3 + 1) % 100_000_000 * 7 + 10**9).cast(pl.String)


def make_insurance(
    people: People, life: Life, employers: np.ndarray, schedule: Schedule, streams: Streams
) -> Insurance:
    """Books for all people; `employers` are the enterprises (indices) that people work for."""
    rng = streams.named("insurance")
    age = people.age(people.until)
    alive = life.is_alive_on(day(schedule.first_day))
    is_social = (age >= 17) & alive & (rng.random(people.count) < SOCIAL_SHARE_OF_ADULTS)
    is_employed = is_social & (age < 61) & (rng.random(people.count) < 0.78)
    drawn = employers[rng.integers(0, len(employers), people.count)]
    employer = np.where(is_employed, drawn, -1).astype(np.int32)
    return Insurance(
        social=_social(people, is_social, is_employed, employer, schedule, rng),
        medical=_medical(people, alive, is_employed, employer, schedule, streams.named("medical")),
        is_employed=is_employed,
        employer=employer,
    )


def _book(kinds: list[tuple[int, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Person and kind of all rows, from a mask a kind; in order of persons."""
    person = np.concatenate([np.flatnonzero(mask) for _, mask in kinds]).astype(np.int32)
    kind = np.concatenate([np.full(mask.sum(), at, dtype=np.int8) for at, mask in kinds])
    order = np.argsort(person, kind="stable")
    return person[order], kind[order]


def _social(
    people: People,
    is_social: np.ndarray,
    is_employed: np.ndarray,
    employer: np.ndarray,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Policies:
    """Employees carry three kinds, public servants two, the others one."""
    until = people.until
    public = is_employed & (rng.random(people.count) < 0.08)
    retired = is_social & ~is_employed & (people.age(until) >= 55) & (rng.random(people.count) < 0.5)
    kinds = [
        (0, (is_employed & ~public) | retired),
        (1, public),
        (2, is_social & ~is_employed & ~retired),
        (3, is_employed & ~public),
        (4, is_employed),
    ]
    person, kind = _book(kinds)
    earliest = np.maximum(people.birth + 16 * 366, day(date(2003, 1, 1)))
    start = earliest + (rng.random(people.count) * (until - 5 - earliest).clip(1)).astype(np.int32)
    valid_from = start[person] + np.where(kind > 2, rng.integers(0, 4, len(person)), 0)
    through = tuple(at != 2 for at in range(len(SOCIAL_TYPES)))
    begun = np.minimum(valid_from, until)
    return _policies(person, kind, people.division[person], begun, schedule, rng, employer, through)


def _medical(
    people: People,
    alive: np.ndarray,
    is_employed: np.ndarray,
    employer: np.ndarray,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Policies:
    """One kind a person, two for those who changed job this month; a few are insured in other cities."""
    until, count = people.until, people.count
    insured = alive & (people.birth <= until - NEWBORN_DAYS) & (rng.random(count) < MEDICAL_SHARE)
    is_employee = is_employed | ((people.age(until) >= 60) & (rng.random(count) < 0.4))
    both = insured & is_employee & (rng.random(count) < 0.004)
    person, kind = _book([(0, insured & is_employee), (1, (insured & ~is_employee) | both)])
    old = people.birth + (rng.random(count) * 60).astype(np.int32)
    base = np.maximum(old, day(date(2008, 1, 1)) + rng.integers(0, 3000, count, dtype=np.int32))
    newcomer = rng.random(count) < 0.12
    since = day(date(2020, 12, 1))
    recent = np.maximum(old, since + rng.integers(0, until - 40 - since, count, dtype=np.int32))
    valid_from = np.minimum(np.where(newcomer, recent, base), until - 40)
    foreign = rng.random(count) < INSURED_ELSEWHERE_SHARE
    elsewhere = len(places.DIVISIONS) + rng.integers(0, len(places.INSURED_ELSEWHERE), count, dtype=np.int8)
    where = np.where(foreign, elsewhere, people.division)
    return _policies(person, kind, where[person], valid_from[person], schedule, rng, employer, (True, False))


def _policies(
    person: np.ndarray,
    kind: np.ndarray,
    division: np.ndarray,
    valid_from: np.ndarray,
    schedule: Schedule,
    rng: np.random.Generator,
    employer_of: np.ndarray,
    through_employer: tuple[bool, ...],
) -> Policies:
    """Adds changes of status: 3 % long ago, 1.5 % within the simulated months (rest of the city's churn)."""
    count = len(person)
    first, until = day(schedule.first_day), day(schedule.until)
    draw = rng.random(count)
    recent = np.flatnonzero(draw < 0.015)
    before = np.flatnonzero((draw >= 0.015) & (draw < 0.045))
    changed = np.full(count, NO_DAY, dtype=np.int32)
    changed[recent] = spread(rng, len(recent), first, until)
    changed[before] = day(date(2019, 6, 1)) + rng.integers(0, first - 1 - day(date(2019, 6, 1)), len(before))
    changed = np.where(changed > valid_from, changed, NO_DAY).astype(np.int32)
    status = np.where(changed > NO_DAY, rng.integers(1, 3, count), 0).astype(np.int8)
    return Policies(
        person,
        kind,
        division.astype(np.int8),
        valid_from.astype(np.int32),
        changed,
        status,
        employer_of,
        through_employer,
    )
