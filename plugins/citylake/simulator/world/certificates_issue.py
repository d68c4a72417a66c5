"""How the certificates of the city were issued, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, day, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.certificates import CANCELLED, REVOKED, Certificates
from citylake.simulator.world.entities import BRANCH, COOPERATIVE, SELF_EMPLOYED, Entities, scaled
from citylake.simulator.world.institutions import HOSPITAL, MedicalInstitutions

# Kinds of shops, and trades of enterprises, that hold each kind of licence.
FOOD_SHOPS, CATERING, LOGISTICS = (0, 1, 2, 3, 4, 6), 12, 11
TECH, CHEMISTRY = (0, 1, 3, 4, 5, 13, 14, 17), (4, 5, 6, 17)
YEAR = 365


@dataclass(frozen=True)
class _Part:
    """The certificates of one kind on their way into the whole."""

    entity: np.ndarray
    issued: np.ndarray
    valid_to: np.ndarray
    person: np.ndarray | None = None
    other: np.ndarray | None = None
    closed: np.ndarray | None = None
    closed_as: int = CANCELLED


def make_certificates(
    entities: Entities, medical: MedicalInstitutions, schedule: Schedule, streams: Streams
) -> Certificates:
    """Certificates of all kinds; none begins before its holder does, none is closed before it was issued."""
    until, count = day(schedule.until), entities.people.count
    parts = [
        _business(entities, until, streams.named("business licences")),
        _food(entities, until, streams.named("food licences")),
        _property(entities, until, streams.named("property certificates")),
        _vehicles(entities, until, streams.named("vehicles")),
        _drivers(entities, until, streams.named("drivers")),
        _high_tech(entities, schedule, streams.named("high-tech")),
        _practice(medical, until),
        _internet(medical, until, streams.named("internet hospitals")),
        _chemical(entities, until, streams.named("chemicals")),
        _others(entities, until, scaled(count, 900_000, 80), streams.named("other licences")),
    ]
    nobody = [np.full(len(part.entity), -1) for part in parts]
    never = [np.full(len(part.entity), NO_DAY) for part in parts]

    def joined(arrays: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(arrays).astype(np.int32)

    closed = joined([never[n] if part.closed is None else part.closed for n, part in enumerate(parts)])
    issued = joined([part.issued for part in parts])
    return Certificates(
        start=np.concatenate(([0], np.cumsum([len(part.entity) for part in parts]))),
        entity=joined([part.entity for part in parts]),
        person=joined([nobody[n] if part.person is None else part.person for n, part in enumerate(parts)]),
        other=joined([nobody[n] if part.other is None else part.other for n, part in enumerate(parts)]),
        issued=issued,
        valid_to=joined([part.valid_to for part in parts]),
        closed=np.where((closed >= issued) & (closed <= until), closed, NO_DAY).astype(np.int32),
        closed_as=joined([np.full(len(part.entity), part.closed_as) for part in parts]).astype(np.int8),
        entities=entities,
    )


def _between(rng: np.random.Generator, begin: np.ndarray, end: np.ndarray | int) -> np.ndarray:
    """A day from `begin` up to `end` for each row, `begin` where that is later."""
    return (begin + rng.random(len(begin)) * np.maximum(end - begin, 0)).astype(np.int64)


def _ends(entities: Entities, rows: np.ndarray, until: int) -> np.ndarray:
    """The last day on which something can be issued to each entity."""
    return np.where(entities.closed[rows] > NO_DAY, entities.closed[rows], until)


def _some(rng: np.random.Generator, rows: np.ndarray, count: int) -> np.ndarray:
    """So many of the rows, in order, all of them where they are fewer."""
    return np.sort(rng.permutation(rows)[:count])


def _business(entities: Entities, until: int, rng: np.random.Generator) -> _Part:
    """Electronic licences since 2018: one at the founding (or the conversion), another after a change."""
    begin = day(date(2018, 1, 1))
    able = (entities.kind <= SELF_EMPLOYED) & entities.has_code
    able &= (entities.closed == NO_DAY) | (entities.closed > begin + 60)
    rows = np.flatnonzero(able & (entities.hashed.share("electronic", np.arange(entities.count)) < 0.72))
    founded = entities.established[rows].astype(np.int64)
    issued = np.where(founded >= begin, founded, begin + entities.hashed.below("issued", rows, 60))
    again = np.flatnonzero((entities.changed[rows] > issued) & (entities.changed[rows] <= until))
    closed = entities.closed[rows].astype(np.int64)
    closed[again] = entities.changed[rows[again]]
    term = entities.terms(rows)
    later = rows[again]
    return _Part(
        entity=np.concatenate([rows, later]),
        issued=np.concatenate([issued, entities.changed[later]]),
        valid_to=np.concatenate([term, term[again]]),
        other=np.concatenate([np.isin(np.arange(len(rows)), again), np.zeros(len(later))]).astype(np.int64),
        closed=np.concatenate([closed, np.full(len(later), NO_DAY)]),
    )


def _food(entities: Entities, until: int, rng: np.random.Generator) -> _Part:
    """Shops and caterers, five years each; a fiftieth belongs to a person who is no registered trader."""
    shops = (entities.kind == SELF_EMPLOYED) & np.isin(entities.trade, FOOD_SHOPS)
    firms = (entities.kind < BRANCH) & (entities.trade == CATERING)
    count = scaled(entities.people.count, 160_000, 60)
    rows = _some(rng, np.flatnonzero((shops | firms) & entities.has_code), count)
    floor = np.maximum(entities.established[rows], day(date(2016, 1, 1))).astype(np.int64)
    issued = np.minimum(_between(rng, floor, _ends(entities, rows, until)), until)
    closed = np.where(entities.closed[rows] >= issued, entities.closed[rows], NO_DAY).astype(np.int64)
    gone = (rng.random(len(rows)) < 0.06) & (closed == NO_DAY)
    closed = np.where(gone, issued + rng.integers(30, 1700, len(rows)), closed)
    by_person = rng.random(len(rows)) < 0.02
    return _Part(
        entity=np.where(by_person, -1, rows),
        person=np.where(by_person, entities.representative[rows], -1),
        issued=issued,
        valid_to=issued + 5 * YEAR,
        closed=np.where((closed > NO_DAY) & (closed < issued + 5 * YEAR), closed, NO_DAY),
    )


def _property(entities: Entities, until: int, rng: np.random.Generator) -> _Part:
    """Homes of people, a third of them held with the spouse, and one in twenty premises of an enterprise."""
    people = entities.people
    count = scaled(people.count, 2_600_000, 200)
    adults = np.flatnonzero(people.age(until) >= 22)
    person = adults[rng.integers(0, len(adults), count)].astype(np.int64)
    by_firm = rng.random(count) < 0.05
    firms = np.flatnonzero(entities.has_code[: entities.firms])
    entity = np.where(by_firm, firms[rng.integers(0, len(firms), count)], -1)
    own = people.birth[person].astype(np.int64) + 21 * YEAR
    floor = np.where(by_firm, entities.established[np.maximum(entity, 0)], own)
    end = np.where(by_firm, _ends(entities, np.maximum(entity, 0), until), until)
    issued = np.minimum(_between(rng, np.maximum(floor, day(date(2001, 1, 1))), end), until)
    spouse = people.families.spouse[person]
    joint = (spouse >= 0) & (rng.random(count) < 0.5) & ~by_firm
    closed = np.where(rng.random(count) < 0.15, issued + rng.integers(200, 4000, count), NO_DAY)
    return _Part(
        entity=entity,
        person=np.where(by_firm, -1, person),
        other=np.where(joint, spouse, -1),
        issued=issued,
        valid_to=issued + 70 * YEAR,
        closed=closed,
    )


def _vehicles(entities: Entities, until: int, rng: np.random.Generator) -> _Part:
    """Lorries of haulage firms, several each."""
    count = scaled(entities.people.count, 95_000, 40)
    haulers = np.flatnonzero((entities.kind < BRANCH) & (entities.trade == LOGISTICS) & entities.has_code)
    rows = haulers[rng.integers(0, len(haulers), count)]
    floor = np.maximum(entities.established[rows], until - 9 * YEAR).astype(np.int64)
    issued = np.minimum(_between(rng, floor, _ends(entities, rows, until)), until)
    closed = np.where(rng.random(count) < 0.1, issued + rng.integers(100, 2000, count), NO_DAY)
    valid_to = issued + 10 * YEAR
    return _Part(entity=rows, issued=issued, valid_to=valid_to, closed=np.where(closed < valid_to, closed, NO_DAY))


def _drivers(entities: Entities, until: int, rng: np.random.Generator) -> _Part:
    """Qualifications of professional drivers, six years each."""
    count = scaled(entities.people.count, 55_000, 30)
    age = entities.people.age(until)
    able = np.flatnonzero((age >= 24) & (age < 60))
    person = _some(rng, able, count)
    issued = until - 6 * YEAR - 200 + rng.integers(0, 6 * YEAR, len(person))
    nobody = np.full(len(person), -1)
    return _Part(entity=nobody, person=person, issued=issued, valid_to=issued + 6 * YEAR)


def _high_tech(entities: Entities, schedule: Schedule, rng: np.random.Generator) -> _Part:
    """Recognised at the end of a year for three years, and again after them; a few lose it."""
    count = scaled(entities.people.count, 3_400, 30)
    able = (entities.kind < COOPERATIVE) & np.isin(entities.trade, TECH) & (entities.closed == NO_DAY)
    able &= entities.established < day(date(2016, 1, 1))
    rows = _some(rng, np.flatnonzero(able), count)
    first_year = rng.integers(2016, 2025, len(rows))
    last_year = schedule.until.year - 1
    times = np.minimum(1 + rng.integers(0, 3, len(rows)), (last_year - first_year) // 3 + 1)
    times = np.maximum(times, 1)
    entity = np.repeat(rows, times)
    nth = np.arange(len(entity)) - np.repeat(np.cumsum(times) - times, times)
    year = np.minimum(np.repeat(first_year, times) + 3 * nth, last_year)
    issued = np.array([day(date(int(one), 12, 2)) for one in year], dtype=np.int64)
    closed = np.where(rng.random(len(entity)) < 0.02, issued + rng.integers(100, 900, len(entity)), NO_DAY)
    return _Part(entity=entity, issued=issued, valid_to=issued + 3 * YEAR, closed=closed, closed_as=REVOKED)


def _practice(medical: MedicalInstitutions, until: int) -> _Part:
    """One licence for every medical institution."""
    rows = np.arange(medical.count)
    opened = medical.opened.astype(np.int64)
    term = np.where(medical.kind == HOSPITAL, 15, 5) * YEAR
    elapsed = np.maximum(until - opened, 0) // term
    issued = opened + elapsed * term
    closed = np.where(medical.closed >= issued, medical.closed, NO_DAY)
    return _Part(entity=medical.entity, other=rows, issued=issued, valid_to=issued + term, closed=closed)


def _internet(medical: MedicalInstitutions, until: int, rng: np.random.Generator) -> _Part:
    """Internet hospitals by a licence of their own or as a second name of a hospital, since 2019, twenty at most."""
    hosts = np.flatnonzero((medical.kind == HOSPITAL) & (medical.closed == NO_DAY))[:20]
    issued = np.maximum(medical.opened[hosts], day(date(2019, 3, 1)) + rng.integers(0, 2000, len(hosts)))
    issued = np.minimum(issued, until - 40)
    return _Part(entity=medical.entity[hosts], other=hosts, issued=issued, valid_to=issued + 5 * YEAR)


def _chemical(entities: Entities, until: int, rng: np.random.Generator) -> _Part:
    """Licences for dangerous chemicals, three years each; some enterprises hold one to make and one to trade."""
    count = scaled(entities.people.count, 3_000, 24)
    able = (entities.kind < COOPERATIVE) & np.isin(entities.trade, CHEMISTRY) & entities.has_code
    rows = _some(rng, np.flatnonzero(able & (entities.closed == NO_DAY)), count)
    rows = np.concatenate([rows, rows[: len(rows) // 6]])
    floor = np.maximum(entities.established[rows].astype(np.int64), until - 4 * YEAR)
    issued = np.minimum(_between(rng, floor, until - 5), until)
    activity = np.concatenate([weighted(rng, [3, 5, 1, 1], len(rows) - len(rows) // 7), np.full(len(rows) // 7, 1)])
    return _Part(entity=rows, other=activity[: len(rows)], issued=issued, valid_to=issued + 3 * YEAR)


def _others(entities: Entities, until: int, count: int, rng: np.random.Generator) -> _Part:
    """Licences of all sorts that are known by their publication alone (双公示)."""
    able = np.flatnonzero((entities.kind <= SELF_EMPLOYED) & entities.has_code)
    rows = able[rng.integers(0, len(able), count)]
    floor = np.maximum(entities.established[rows], day(date(2016, 1, 1))).astype(np.int64)
    issued = np.minimum(_between(rng, floor, _ends(entities, rows, until)), until)
    years = np.array([1, 3, 5, 10])[weighted(rng, [2, 4, 3, 1], count)]
    closed = np.where(rng.random(count) < 0.03, issued + rng.integers(30, 365, count), NO_DAY)
    return _Part(entity=rows, issued=issued, valid_to=issued + years * YEAR, closed=closed, closed_as=REVOKED)
