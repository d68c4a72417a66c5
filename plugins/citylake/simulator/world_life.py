"""What happens to the people of the city: deaths, entries and changes of the register, new names, corrected numbers.

A person's register entry has one later change at most. Whoever got a new name or number had the other one before that
day; departments that did not hear of it go on writing the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.drawing import ALL, NO_DAY, Streams, day, spread, weighted
from citylake.simulator.schedule import Schedule
from citylake.simulator.world_families import YEAR
from citylake.simulator.world_people import People
from citylake.simulator.world_people_names import Names, given_characters
from citylake.simulator.world_places import Places

# What a change of the register entry is. 信息更正: a new address, name or number, a wedding.
CHANGES = ["", "死亡注销", "迁出注销", "其他注销", "信息更正"]
DEAD, MOVED_OUT, CANCELLED, CORRECTED = 1, 2, 3, 4
DEATHS_SINCE = day(date(2019, 1, 1))
# Yearly risk of death: doubles about every seven years, 12 % at 85.
RISK_AT, RISK, RISK_YEARS = 85.0, 0.12, 7.0
UNREPORTED_DEATHS = 0.02
CHANGES_A_DAY = 0.00025
RENAMED_BEFORE, RENUMBERED_BEFORE = 0.003, 0.0003
# Of the corrections of the simulated months: a new address, name, number.
CORRECTIONS = (0.55, 0.05, 0.02, 0.38)


@dataclass
class Life:
    """One element a person: days (int32) or NO_DAY. `change` indexes CHANGES; `was_at` is the address before `changed`.

    `named` holds the names before `renamed` (today's for everyone else).
    """

    death: np.ndarray
    entered: np.ndarray
    changed: np.ndarray
    change: np.ndarray
    renamed: np.ndarray
    renumbered: np.ndarray
    was_at: np.ndarray
    named: Names

    def is_normal_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Whose entry is open on a day (of those who are registered at all)."""
        changed, change = self.changed[rows], self.change[rows]
        ended = (changed != NO_DAY) & (changed <= on) & (change >= DEAD) & (change <= CANCELLED)
        return (self.entered[rows] <= on) & ~ended

    def is_alive_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        return (self.death[rows] == NO_DAY) | (self.death[rows] > on)


def resident_ids_on(people: People, life: Life, on: np.ndarray | int, rows: np.ndarray) -> pl.Series:
    """The numbers that people carried on a day (one for all or one a row)."""
    former = np.flatnonzero(life.renumbered[rows] > on)
    return _but(people.resident_ids(rows), former, people.first_resident_ids(rows[former]))


def names_on(people: People, life: Life, on: np.ndarray | int, rows: np.ndarray) -> pl.Series:
    """The names that people carried on a day."""
    former = np.flatnonzero(life.renamed[rows] > on)
    return _but(people.names(rows), former, life.named.texts(rows[former]))


def plain_names(people: People, names: pl.Series, rows: np.ndarray) -> pl.Series:
    """The names of these people, written without rare characters."""
    rare = np.flatnonzero(people.naming.is_rare(rows))
    return _but(names, rare, people.naming.plain_texts(rows[rare]))


def _but(texts: pl.Series, rows: np.ndarray, others: pl.Series) -> pl.Series:
    """The texts, with others in a few rows."""
    return texts.scatter(rows, others) if len(rows) else texts.clone()


def make_life(people: People, ground: Places, schedule: Schedule, streams: Streams) -> Life:
    """Deaths by age since 2019, and register changes: on every simulated day at least three."""
    rng = streams.named("life")
    life = Life(
        death=_deaths(rng, people),
        entered=_entries(rng, people, day(schedule.first_day)),
        changed=np.full(people.count, NO_DAY, dtype=np.int32),
        change=np.zeros(people.count, dtype=np.int8),
        renamed=np.full(people.count, NO_DAY, dtype=np.int32),
        renumbered=np.full(people.count, NO_DAY, dtype=np.int32),
        was_at=people.address.copy(),
        named=people.naming,
    )
    _change_entries(life, people, ground, schedule, streams.named("register"))
    _rename(life, people, streams.named("renames"))
    return life


def _deaths(rng: np.random.Generator, people: People) -> np.ndarray:
    """Days of death; nobody dies before the own wedding or divorce or before a child is born."""
    years = (people.until - DEATHS_SINCE + 1) / YEAR
    age = (people.until - people.birth) / YEAR - years / 2
    risk = RISK * 2.0 ** ((age - RISK_AT) / RISK_YEARS)
    dies = rng.random(people.count) < 1 - np.exp(-years * risk)
    lived = np.maximum(people.birth, DEATHS_SINCE)
    death = lived + (rng.random(people.count) * (people.until - lived + 1)).astype(np.int32)
    families = people.families
    latest = np.maximum(np.maximum(families.wedding, families.divorce), people.birth)
    for parent in (families.mother, families.father):
        child = np.flatnonzero(parent >= 0)
        np.maximum.at(latest, parent[child], people.birth[child] + 1)
    return np.where(dies & (death > latest), death, NO_DAY).astype(np.int32)


def _entries(rng: np.random.Generator, people: People, first: int) -> np.ndarray:
    """Days of entry: some weeks after birth, or a move to the city long before the simulated months."""
    entered = people.birth + rng.integers(2, 40, people.count)
    moved = (rng.random(people.count) < 0.1) & (people.birth < first - 400)
    earliest = np.maximum(day(date(1995, 1, 1)), people.birth)
    move = earliest + (rng.random(people.count) * (first - 60 - earliest).clip(0)).astype(np.int64)
    return np.where(moved, move, entered).astype(np.int32)


def _change_entries(life: Life, people: People, ground: Places, schedule: Schedule, rng: np.random.Generator) -> None:
    """The dead are struck off some days later; others move out, are cancelled or corrected."""
    first, until = day(schedule.first_day), people.until
    reported = people.is_registered & (life.death != NO_DAY) & (rng.random(people.count) >= UNREPORTED_DEATHS)
    struck = np.maximum(life.death + rng.geometric(0.12, people.count), life.entered + 1)
    reported &= struck <= until
    life.changed[reported], life.change[reported] = struck[reported], DEAD
    span = until - first + 1
    free = rng.permutation(np.flatnonzero(people.is_registered & (life.death == NO_DAY) & (life.entered < first)))
    recent = free[: min(max(3 * span, int(CHANGES_A_DAY * span * len(free))), len(free) // 2)]
    earlier = free[len(recent) :]
    earlier = earlier[rng.random(len(earlier)) < 0.02]
    life.changed[recent] = spread(rng, len(recent), first, until)
    life.changed[earlier] = DEATHS_SINCE + rng.integers(0, first - 1 - DEATHS_SINCE, len(earlier))
    changed = np.concatenate([recent, earlier[life.changed[earlier] > life.entered[earlier]]])
    life.changed[np.setdiff1d(earlier, changed)] = NO_DAY
    life.change[changed] = MOVED_OUT + weighted(rng, [0.25, 0.03, 0.72], len(changed))
    corrected = changed[life.change[changed] == CORRECTED]
    kind = weighted(rng, CORRECTIONS, len(corrected))
    moved, renamed, renumbered = (corrected[kind == at] for at in range(3))
    life.was_at[moved] = ground.draw(rng, people.division[moved])
    life.renamed[renamed] = life.changed[renamed]
    life.renumbered[renumbered] = life.changed[renumbered]
    quiet = np.flatnonzero(people.is_registered & (life.change == 0) & (people.birth < day(date(1995, 1, 1))))
    long_ago = day(date(1996, 1, 1)) + rng.integers(0, 20 * 365, len(quiet))
    lots = rng.random(len(quiet))
    one, other = lots < RENAMED_BEFORE, lots > 1 - RENUMBERED_BEFORE
    life.renamed[quiet[one]], life.renumbered[quiet[other]] = long_ago[one], long_ago[other]


def _rename(life: Life, people: People, rng: np.random.Generator) -> None:
    """What the renamed were called before: another given name, now and then the mother's surname."""
    names, who = people.naming, np.flatnonzero(life.renamed != NO_DAY)
    surname, second = names.surname.copy(), names.second.copy()
    mother = people.families.mother[who]
    by_mother = (mother >= 0) & (rng.random(len(who)) < 0.2)
    surname[who[by_mother]] = names.surname[mother[by_mother]]
    second[who[~by_mother]] = given_characters(rng, people.is_male[who[~by_mother]], people.birth[who[~by_mother]])
    life.named = Names(surname, names.first, second, names.plain_first)
