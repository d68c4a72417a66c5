"""What happens to the people of the city: deaths, entries and changes of the register, new names, corrected numbers.

A person's register entry has one later change at most. Whoever got a new name or number had the other one before that
day; departments that did not hear of it go on writing the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import Few
from citylake.simulator.basics.drawing import ALL, NO_DAY, Streams, day, spread, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.families import YEAR
from citylake.simulator.world.people import People
from citylake.simulator.world.people_names import Names, given_characters
from citylake.simulator.world.places import Places

# What a change of the register entry is. 信息更正: a new address, name or number, a wedding.
CHANGES = ["", "死亡注销", "迁出注销", "其他注销", "信息更正"]
DEAD, MOVED_OUT, CANCELLED, CORRECTED = 1, 2, 3, 4
DEATHS_SINCE = day(date(2019, 1, 1))
# Yearly risk of death: doubles about every seven years, 12 % at 85.
RISK_AT, RISK, RISK_YEARS = 85.0, 0.12, 7.0
UNREPORTED_DEATHS = 0.02
NO_ADDRESS = -1
CHANGES_A_DAY = 0.00025
RENAMED_BEFORE, RENUMBERED_BEFORE = 0.003, 0.0003
# Of the corrections of the simulated months: a new address, name, number.
CORRECTIONS = (0.55, 0.05, 0.02, 0.38)


@dataclass
class Life:
    """One element a person: days (int32) or NO_DAY. `change` indexes CHANGES.

    Few are renamed, renumbered, or moved from another address (on the day `changed`); `former` holds the former names,
    one for each index of `renamed`.
    """

    death: np.ndarray
    entered: np.ndarray
    changed: np.ndarray
    change: np.ndarray
    renamed: Few
    renumbered: Few
    moved_from: Few
    former: Names

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
    return _but(people.names(rows), former, life.former.texts(life.renamed.place(rows[former])))


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
    death = _deaths(rng, people)
    entered = _entries(rng, people, day(schedule.first_day))
    rng = streams.named("register")
    changed, change = _changes(rng, people, death, entered, day(schedule.first_day))
    corrected = np.flatnonzero(change == CORRECTED)
    kind = weighted(rng, CORRECTIONS, len(corrected))
    moved, renamed, renumbered = (corrected[kind == at] for at in range(3))
    quiet = np.flatnonzero(people.is_registered & (change == 0) & (people.birth < day(date(1995, 1, 1))))
    lots = rng.random(len(quiet))
    named, numbered = quiet[lots < RENAMED_BEFORE], quiet[lots > 1 - RENUMBERED_BEFORE]
    renames = Few.of(*_with_long_ago(rng, renamed, changed, named), NO_DAY)
    return Life(
        death=death,
        entered=entered,
        changed=changed,
        change=change,
        renamed=renames,
        renumbered=Few.of(*_with_long_ago(rng, renumbered, changed, numbered), NO_DAY),
        moved_from=Few.of(moved, ground.draw(rng, people.division[moved]), NO_ADDRESS),
        former=_former_names(streams.named("renames"), people, renames.index),
    )


def _with_long_ago(
    rng: np.random.Generator, recent: np.ndarray, changed: np.ndarray, earlier: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Indices and days of those whose entry changed of late, and of those who changed long ago."""
    long_ago = day(date(1996, 1, 1)) + rng.integers(0, 20 * 365, len(earlier))
    return np.concatenate([recent, earlier]), np.concatenate([changed[recent], long_ago])


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
    for parent in (families.mother, families.fathers()):
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


def _changes(
    rng: np.random.Generator, people: People, death: np.ndarray, entered: np.ndarray, first: int
) -> tuple[np.ndarray, np.ndarray]:
    """Day and kind of each entry's change: the dead are struck off later, others move out, are cancelled, corrected."""
    until = people.until
    changed, change = np.full(people.count, NO_DAY, dtype=np.int32), np.zeros(people.count, dtype=np.int8)
    reported = np.flatnonzero(people.is_registered & (death != NO_DAY))
    reported = reported[rng.random(len(reported)) >= UNREPORTED_DEATHS]
    struck = np.maximum(death[reported] + rng.geometric(0.12, len(reported)), entered[reported] + 1)
    reported, struck = reported[struck <= until], struck[struck <= until]
    changed[reported], change[reported] = struck, DEAD
    span = until - first + 1
    free = rng.permutation(np.flatnonzero(people.is_registered & (death == NO_DAY) & (entered < first)))
    recent = free[: min(max(3 * span, int(CHANGES_A_DAY * span * len(free))), len(free) // 2)]
    earlier = free[len(recent) :]
    earlier = earlier[rng.random(len(earlier)) < 0.02]
    when = DEATHS_SINCE + rng.integers(0, first - 1 - DEATHS_SINCE, len(earlier))
    earlier, when = earlier[when > entered[earlier]], when[when > entered[earlier]]
    changed[recent], changed[earlier] = spread(rng, len(recent), first, until), when
    others = np.concatenate([recent, earlier])
    change[others] = MOVED_OUT + weighted(rng, [0.25, 0.03, 0.72], len(others))
    return changed, change


def _former_names(rng: np.random.Generator, people: People, who: np.ndarray) -> Names:
    """What these were called before: another given name, now and then the mother's surname."""
    names, mother = people.naming, people.families.mother[who]
    by_mother = (mother >= 0) & (rng.random(len(who)) < 0.2)
    surname = np.where(by_mother, names.surname[np.maximum(mother, 0)], names.surname[who])
    second = np.where(by_mother, names.second[who], given_characters(rng, people.is_male[who], people.birth[who]))
    return Names(surname, names.first[who], second, names.plain_first[who])
