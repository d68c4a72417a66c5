"""Families of the simulated people: who is married to whom since when, who the parents are, who lives together.

Every array has one element a person; NOBODY stands where there is none. Couples are found within one marriage market
(a division, and locals and newcomers apart, with some who look elsewhere), children among those born in the year in
which a family expects one. Whoever lives in a household lives where its head lives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citylake.simulator.basics.drawing import ALL, NO_DAY

NOBODY = -1
YEAR = 365.25
# Least ages at marriage (Civil Code, article 1047).
HUSBAND_FROM, WIFE_FROM = 22 * YEAR, 20 * YEAR
# Share of those who have ever married, by age.
EVER_MARRIED = ((20, 23, 26, 30, 35, 45, 100), (0.0, 0.12, 0.4, 0.8, 0.93, 0.97, 0.98))
ABROAD_SHARE = 0.12
DIVORCED_SHARE = 0.09
# Families with no, one, two and three children.
CHILDREN = (0.1, 0.55, 0.31, 0.04)
MOTHER_FROM, MOTHER_TO = 20, 43
TWIN_SHARE = 0.012
# Grown and unmarried people who still live with their parents, and couples who live with the husband's.
STAYING_SHARE, THREE_GENERATIONS_SHARE = 0.85, 0.4
GROWN = 23 * YEAR


@dataclass
class Families:
    """spouse, mother, head: indices of people (int32); wedding, divorce: days (int32, NO_DAY: never)."""

    spouse: np.ndarray
    wedding: np.ndarray
    divorce: np.ndarray
    mother: np.ndarray
    head: np.ndarray
    is_twin: np.ndarray

    def fathers(self, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """The fathers: the men to whom the mothers are or were married."""
        mother = self.mother[rows]
        return np.where(mother >= 0, self.spouse[np.maximum(mother, 0)], NOBODY)


def make_families(
    rng: np.random.Generator,
    division: np.ndarray,
    is_male: np.ndarray,
    birth: np.ndarray,
    is_local: np.ndarray,
    on: int,
) -> Families:
    """Families as they stand on a day.

    The birth days of a few are moved (`birth` is written to): the second of twins is born on the day of the first.
    """
    count = len(birth)
    nobody, never = np.full(count, NOBODY, dtype=np.int32), np.full(count, NO_DAY, dtype=np.int32)
    families = Families(
        spouse=nobody,
        wedding=never,
        divorce=never.copy(),
        mother=nobody.copy(),
        head=np.arange(count, dtype=np.int32),
        is_twin=np.zeros(count, dtype=bool),
    )
    market = (division * 2 + is_local).astype(np.int32)
    _marry(families, rng, market, is_male, birth, on)
    _bear(families, rng, is_local, is_male, birth, on)
    _house(families, rng, is_local, birth, on)
    return families


def ranks(group: np.ndarray) -> np.ndarray:
    """The place of each element within its group, for groups that stand together: 0, 1, 2 and again from 0."""
    starts = np.concatenate(([True], group[1:] != group[:-1])) if len(group) else np.zeros(0, dtype=bool)
    at = np.arange(len(group))
    return at - np.maximum.accumulate(np.where(starts, at, 0))


def matched(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of left and right elements that meet: the n-th of each group with the n-th of the same group.

    Both are sorted by group; surplus elements of a group meet nobody.
    """
    width = int(max(left.max(initial=0), right.max(initial=0))) + 1
    _, at, other = np.intersect1d(
        ranks(left) * width + left, ranks(right) * width + right, assume_unique=True, return_indices=True
    )
    return at, other


def _marry(
    families: Families, rng: np.random.Generator, market: np.ndarray, is_male: np.ndarray, birth: np.ndarray, on: int
) -> None:
    """Pairs men with women some two years younger; a pair that came of age too late is none."""
    age = (on - birth) / YEAR
    ever = rng.random(len(birth)) < np.interp(age, *EVER_MARRIED)
    looks_in = np.where(rng.random(len(birth)) < ABROAD_SHARE, rng.integers(0, market.max() + 1, len(birth)), market)
    # Three years of birth are one generation: within it the order is left to chance.
    wished = birth + np.where(is_male, 730, 0) + rng.normal(0, 500, len(birth))
    generation = looks_in.astype(np.int64) * 100 + np.clip((wished + 40 * 365) // (3 * 365), 0, 99).astype(np.int64)
    men, women = (np.flatnonzero(ever & sex) for sex in (is_male, ~is_male))
    men, women = (some[np.lexsort((rng.random(len(some)), generation[some]))] for some in (men, women))
    at, other = matched(generation[men], generation[women])
    husband, wife = men[at], women[other]
    of_age = np.maximum(birth[husband] + HUSBAND_FROM, birth[wife] + WIFE_FROM)
    wedding = (of_age + rng.gamma(2.0, 1.7 * YEAR, len(husband)) + 1).astype(np.int32)
    held = wedding <= on
    husband, wife, wedding = husband[held], wife[held], wedding[held]
    divorce = wedding + (YEAR + rng.gamma(2.0, 5 * YEAR, len(wedding))).astype(np.int32)
    parted = (rng.random(len(wedding)) < DIVORCED_SHARE) & (divorce <= on)
    for one, other_one in ((husband, wife), (wife, husband)):
        families.spouse[one], families.wedding[one] = other_one, wedding
        families.divorce[one[parted]] = divorce[parted]


def _bear(
    families: Families, rng: np.random.Generator, is_local: np.ndarray, is_male: np.ndarray, birth: np.ndarray, on: int
) -> None:
    """Gives children their parents: each family expects children in certain years and finds them among those born."""
    mother, when = _expected(families, rng, np.flatnonzero(~is_male & (families.spouse >= 0)), birth, on)
    lots = rng.random(len(mother))
    again = np.flatnonzero(rng.random(len(mother)) < TWIN_SHARE)
    mother, when, lots = (np.concatenate([some, some[again]]) for some in (mother, when, lots))
    year = _year(is_local[families.spouse[mother]], when)
    order = np.lexsort((lots, year))
    mother, year = mother[order], year[order]
    born = _year(is_local, birth)
    child = np.lexsort((rng.random(len(birth)), born))
    at, other = matched(born[child], year)
    order = np.argsort(other)
    child, mother = child[at[order]], mother[other[order]]
    families.mother[child] = mother
    second = np.flatnonzero((mother[1:] == mother[:-1]) & (born[child[1:]] == born[child[:-1]])) + 1
    birth[child[second]] = birth[child[second - 1]]
    families.is_twin[child[second]] = families.is_twin[child[second - 1]] = True


def _expected(
    families: Families, rng: np.random.Generator, wives: np.ndarray, birth: np.ndarray, on: int
) -> tuple[np.ndarray, np.ndarray]:
    """The mothers of all expected children, and about when they expect them."""
    number = np.searchsorted(np.cumsum(CHILDREN), rng.random(len(wives)), side="right")
    days = families.wedding[wives] + 270 + rng.gamma(2.0, 0.8 * YEAR, len(wives))
    mothers, dates = [], []
    for nth in range(1, len(CHILDREN)):
        age, ended = (days - birth[wives]) / YEAR, families.divorce[wives]
        held = (number >= nth) & (days <= on) & (age > MOTHER_FROM + 1) & (age < MOTHER_TO - 1)
        held &= (ended == NO_DAY) | (days < ended)
        mothers.append(wives[held])
        dates.append(days[held].astype(np.int32))
        days = days + 2.2 * YEAR + rng.gamma(2.0, 1.2 * YEAR, len(wives))
    return np.concatenate(mothers), np.concatenate(dates)


def _year(is_local: np.ndarray, days: np.ndarray) -> np.ndarray:
    """A number for the year of a day (from 1870 on), another one for newcomers."""
    return ((days // YEAR).astype(np.int32) + 100) * 2 + is_local


def _house(families: Families, rng: np.random.Generator, is_local: np.ndarray, birth: np.ndarray, on: int) -> None:
    """Heads of households: one of a couple, the head of the parents' household for those who stay, oneself else.

    Children without known parents grow up with some couple.
    """
    everyone = np.arange(len(birth), dtype=np.int32)
    age, head = on - birth, families.head
    together = (families.spouse >= 0) & (families.divorce == NO_DAY)
    head[together] = np.minimum(everyone, families.spouse)[together]
    single = families.spouse < 0
    stays = single & ((age < GROWN) | (rng.random(len(birth)) < STAYING_SHARE)) & (families.mother >= 0)
    couples = np.flatnonzero(together & (head == everyone))
    orphans = rng.permutation(np.flatnonzero(single & (families.mother < 0) & (age < 18 * YEAR)))
    hosts = rng.permutation(couples)
    for side in (False, True):
        guests, here = (some[is_local[some] == side] for some in (orphans, hosts))
        head[guests[: len(here)]] = here[: len(guests)]
    fathers = families.fathers(couples)
    join = (fathers >= 0) & (rng.random(len(couples)) < THREE_GENERATIONS_SHARE)
    head[couples[join]] = head[fathers[join]]
    for _ in range(2):
        head[:] = head[head]
    head[stays] = head[families.mother[stays]]
    head[:] = head[head]
