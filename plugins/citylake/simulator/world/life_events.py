"""Weddings and divorces, births and deaths as the offices book them: one element an entry of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, day
from citylake.simulator.world.families import NOBODY
from citylake.simulator.world.life import DEATHS_SINCE, Life
from citylake.simulator.world.people import People

WEDDING, DIVORCE, REISSUE = 0, 1, 2
BOOKED_SINCE = day(date(2012, 1, 1))
# Of the older weddings, those whose paper entry was typed in later; divorces that a court declared are booked nowhere.
TYPED_IN_SHARE, COURT_SHARE, REISSUE_SHARE = 0.08, 0.3, 0.01
STRANGER_SHARE = 0.06
REPLACED_SHARE, CERTIFIED_TWICE_SHARE, UNCERTIFIED_SHARE = 0.01, 0.015, 0.04


@dataclass
class Weddings:
    """Entries of the marriage offices. A partner whom the city does not know otherwise is NOBODY.

    `booked` is the day on which the entry came into the register (typed in later: long after `day`).
    """

    husband: np.ndarray
    wife: np.ndarray
    event: np.ndarray
    day: np.ndarray
    booked: np.ndarray


@dataclass
class Births:
    """Birth certificates: the child, the day of issue, whether a replacement, and the hospital (0, 1, 2 …)."""

    child: np.ndarray
    issued: np.ndarray
    is_replacement: np.ndarray


@dataclass
class Deaths:
    """Death certificates: the dead, the day of the report, whether died at home, whether a second one."""

    person: np.ndarray
    reported: np.ndarray
    is_home: np.ndarray
    is_second: np.ndarray


def make_weddings(people: People, streams: Streams) -> Weddings:
    """Weddings since 2012 with some older ones, registered divorces, re-issued certificates."""
    rng = streams.named("weddings")
    families = people.families
    wives = np.flatnonzero(~people.is_male & (families.spouse >= 0)).astype(np.int32)
    wedding, divorce = families.wedding[wives], families.divorce[wives]
    is_local = people.is_registered[wives] | people.is_registered[families.spouse[wives]]
    typed = rng.random(len(wives)) < TYPED_IN_SHARE
    new = is_local & ((wedding >= BOOKED_SINCE) | (typed & (wedding >= day(date(1985, 1, 1)))))
    parted = is_local & (divorce >= BOOKED_SINCE) & (rng.random(len(wives)) >= COURT_SHARE)
    again = new & (rng.random(len(wives)) < REISSUE_SHARE)
    strangers = _strangers(rng, people, new.sum())
    reissued = np.minimum(wedding[again] + rng.integers(100, 3000, again.sum()), people.until)
    rows = (
        (families.spouse[wives[new]], wives[new], WEDDING, wedding[new]),
        (families.spouse[wives[parted]], wives[parted], DIVORCE, divorce[parted]),
        (families.spouse[wives[again]], wives[again], REISSUE, reissued),
        (*_sides(people, strangers), WEDDING, _wedding_of(rng, people, strangers)),
    )
    husband, wife, days = (np.concatenate([row[at] for row in rows]).astype(np.int32) for at in (0, 1, 3))
    event = np.concatenate([np.full(len(row[0]), row[2], dtype=np.int8) for row in rows])
    booked = np.where(days < BOOKED_SINCE, BOOKED_SINCE + rng.integers(0, 3000, len(days)), days)
    kept = days <= people.until
    return Weddings(husband[kept], wife[kept], event[kept], days[kept], booked[kept].astype(np.int32))


def _strangers(rng: np.random.Generator, people: People, weddings: int) -> np.ndarray:
    """People of the register, of an age to marry, who married someone from elsewhere."""
    age = people.age(people.until)
    alone = np.flatnonzero(people.is_registered & (people.families.spouse < 0) & (age >= 26) & (age < 55))
    return rng.permutation(alone)[: int(STRANGER_SHARE * weddings)].astype(np.int32)


def _sides(people: People, one: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    is_male = people.is_male[one]
    return np.where(is_male, one, NOBODY), np.where(is_male, NOBODY, one)


def _wedding_of(rng: np.random.Generator, people: People, one: np.ndarray) -> np.ndarray:
    earliest = np.maximum(people.birth[one] + 23 * 366, BOOKED_SINCE)
    return earliest + (rng.random(len(one)) * (people.until - earliest)).astype(np.int32)


def make_births(people: People, streams: Streams) -> Births:
    """Certificates of children born here since 2019, issued within two weeks; a few are replaced later."""
    rng = streams.named("births")
    child = np.flatnonzero((people.families.mother >= 0) & (people.birth >= DEATHS_SINCE)).astype(np.int32)
    issued = people.birth[child] + rng.integers(1, 14, len(child))
    replaced = rng.random(len(child)) < REPLACED_SHARE
    later = issued[replaced] + rng.integers(20, 900, replaced.sum())
    whole, days = np.concatenate([child, child[replaced]]), np.concatenate([issued, later])
    is_replacement = np.arange(len(whole)) >= len(child)
    kept = days <= people.until
    return Births(whole[kept], days[kept].astype(np.int32), is_replacement[kept])


def make_deaths(people: People, life: Life, streams: Streams) -> Deaths:
    """Certificates of the dead since 2019: from hospitals within days, of deaths at home weeks or months late."""
    rng = streams.named("deaths")
    dead = np.flatnonzero((life.death != NO_DAY) & (rng.random(people.count) >= UNCERTIFIED_SHARE)).astype(np.int32)
    is_home = rng.random(len(dead)) < 0.55
    late = np.where(is_home, rng.gamma(1.2, 12.0, len(dead)), rng.gamma(1.0, 2.0, len(dead))).astype(np.int32)
    twice = rng.random(len(dead)) < CERTIFIED_TWICE_SHARE
    person = np.concatenate([dead, dead[twice]])
    reported = life.death[person] + np.concatenate([late, late[twice] + rng.integers(1, 40, twice.sum())])
    is_second = np.arange(len(person)) >= len(dead)
    kept = reported <= people.until
    at_home = np.concatenate([is_home, ~is_home[twice]])
    return Deaths(person[kept], reported[kept].astype(np.int32), at_home[kept], is_second[kept])
