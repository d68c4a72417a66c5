"""The people of the simulated city: who they are, who belongs together, where they live.

Everything is held as small integers, some 80 bytes a person; texts (names, numbers, phones) are made for the rows that
ask for them. What happens to people and to their register entries stands in `world.life`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import scrambled, where
from citylake.simulator.basics.drawing import ALL, NO_DAY, Streams, day, pick, weighted, ymd
from citylake.simulator.basics.hashed import Hashed
from citylake.simulator.basics.identifiers import resident_ids, sequence_within
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places
from citylake.simulator.world.families import Families, make_families
from citylake.simulator.world.people_names import Names, make_names
from citylake.simulator.world.places import Places

# 389.34 of 536.6 + some 10 (registered here, living elsewhere) in 10,000 persons, 2022-2023.
REGISTERED_SHARE = 0.72
NATIVE_ELSEWHERE = 0.06
# Registered population at the end of 2020; residents of the census of 2020 less the registered.
MALE_SHARE = 189.26 / 386.63
NEWCOMERS_MALE_SHARE = (271.18 - 189.26) / (527.81 - 386.63)
# Newcomers in 10,000 persons: 武进区 residents less registered in 2023, the rest of 147.4 shared by judgement.
NEWCOMERS = (24.0, 23.0, 26.0, 71.7, 1.5, 1.2)
ETHNICITIES = ["汉族", "回族", "苗族", "土家族", "彝族", "布依族", "壮族", "侗族", "满族", "蒙古族"]
ETHNIC_WEIGHTS = [985, 3, 3, 2, 2, 2, 1, 1, 0.6, 0.4]
MARITAL = ["unmarried", "married", "widowed", "divorced"]
# For those whose spouse, if any, is nobody of this world, by age: to 27, to 64, older.
MARITAL_ALONE = ((0.98, 0.02, 0.0, 0.0), (0.45, 0.42, 0.02, 0.11), (0.12, 0.3, 0.53, 0.05))
PHONE_HEADS = np.array([139, 138, 137, 158, 186, 133, 189, 177], dtype=np.int64)
# Share of the population by five years of birth from 1930 on (older cohorts thin out, few births since 2017).
COHORTS = [0.5, 0.9, 1.5, 2.2, 4.0, 6.2, 6.0, 8.6, 8.2, 7.0, 7.4, 8.8, 7.9, 6.2, 5.4, 4.9, 5.6, 4.6, 2.7]
# Newcomers come to work: fewer old people and children.
NEWCOMER_COHORTS = [0.1, 0.2, 0.4, 0.8, 1.5, 2.5, 3.5, 6.0, 7.5, 7.5, 9.0, 12.0, 13.0, 12.0, 9.0, 5.0, 4.0, 3.5, 2.0]
FIRST_COHORT = day(date(1930, 1, 1))
COHORT = 1826
# Households of the register that live at another address of the city.
LIVES_APART_SHARE = 0.15
OLD_SEQUENCE = 400


@dataclass
class People:
    """One element a person in every array; days (int32) count from 1970-01-01, NO_DAY means never.

    `household` is the index of its head; `address` the registered one (newcomers: where they live), `lived` where they
    live, both indices of Places; `street` and `division` belong to `address`, `lived_street` to `lived`. `phone_code`
    is 0 for people without a phone of their own. What was otherwise before a day: see `world.life`.
    """

    count: int
    until: int
    is_male: np.ndarray
    birth: np.ndarray
    area_code: np.ndarray
    sequence: np.ndarray
    naming: Names
    families: Families
    ethnicity: np.ndarray
    phone_code: np.ndarray
    is_registered: np.ndarray
    household: np.ndarray
    address: np.ndarray
    lived: np.ndarray
    street: np.ndarray
    lived_street: np.ndarray
    division: np.ndarray
    hashed: Hashed

    def age(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Whole years on a day."""
        return (on - self.birth[rows]) // 365.25

    def names(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """Names as registered today."""
        return self.naming.texts(rows)

    def plain_names(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """The same, written without rare characters."""
        return self.naming.plain_texts(rows)

    def resident_ids(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """The numbers that hold today (GB 11643)."""
        return resident_ids(self.area_code[rows], ymd(self.birth[rows]), self.sequence[rows])

    def first_resident_ids(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """The numbers that people would have carried before a correction: another sequence, so nobody else's."""
        return resident_ids(self.area_code[rows], ymd(self.birth[rows]), self.sequence[rows] + OLD_SEQUENCE)

    def phones(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """Mobile numbers; null for those who have none of their own."""
        code = self.phone_code[rows].astype(np.int64)
        number = pl.Series(PHONE_HEADS[code // 10**8] * 10**8 + code % 10**8).cast(pl.String)
        return number.to_frame("n").select(pl.when(pl.lit(pl.Series(code > 0))).then("n").alias("n"))["n"]

    def register_nos(self, rows: np.ndarray) -> pl.Series:
        """The register's own numbers of people."""
        return pl.Series(32040000000000 + scrambled(rows)).cast(pl.String)

    def household_divisions(self, rows: np.ndarray) -> pl.Series:
        """Division of the household register: of this city, or the county that issued the number."""
        issued = pl.Series(self.area_code[rows]).cast(pl.String)
        return where(self.is_registered[rows], pick(places.DIVISIONS, self.division[rows]), issued)

    def household_nos(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """The register's numbers of households."""
        return pl.Series(3204000000 + self.household[rows].astype(np.int64)).cast(pl.String)

    def ethnicities(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        return pick(ETHNICITIES, self.ethnicity[rows])

    def marital_on(self, on: int, death: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Index into MARITAL on a day; `death` holds the day of everyone's death or NO_DAY."""
        families = self.families
        spouse, wedding, divorce = (some[rows] for some in (families.spouse, families.wedding, families.divorce))
        age = np.digitize(self.age(on, rows), [28, 65])
        known = np.where((divorce != NO_DAY) & (divorce <= on), 3, 1)
        gone = death[np.maximum(spouse, 0)]
        known = np.where((known == 1) & (gone != NO_DAY) & (gone <= on), 2, known)
        known = np.where(wedding > on, 0, known)
        alone = np.choose(age, [self.hashed.weighted("marital", rows, weights) for weights in MARITAL_ALONE])
        return np.where(spouse >= 0, known, np.where(self.age(on, rows) < 22, 0, alone))


def make_people(count: int, ground: Places, schedule: Schedule, streams: Streams) -> People:
    """`count` people, in families, with an address of `ground`."""
    rng = streams.named("people")
    until = day(schedule.until)
    is_registered = rng.random(count) < REGISTERED_SHARE
    local, newcomer = (weighted(rng, some, count).astype(np.int8) for some in (places.REGISTERED, NEWCOMERS))
    division = np.where(is_registered, local, newcomer)
    is_male = rng.random(count) < np.where(is_registered, MALE_SHARE, NEWCOMERS_MALE_SHARE)
    birth = _births(rng, is_registered, until)
    families = make_families(streams.named("families"), division, is_male, birth, is_registered, until)
    division = division[families.head]
    elsewhere = rng.random(count) < np.where(is_registered, NATIVE_ELSEWHERE, 0.97)
    area = places.area_codes(rng, division, places.issue_years(rng, birth), elsewhere).astype(np.int32)
    address, lived = _addresses(rng, ground, families.head, division, is_registered)
    street = ground.street_of(address).astype(np.int8)
    has_phone = rng.random(count) < np.interp((until - birth) / 365.25, [11, 16, 65, 90], [0.02, 0.97, 0.93, 0.35])
    return People(
        count=count,
        until=until,
        is_male=is_male,
        birth=birth,
        area_code=area,
        sequence=sequence_within(area, ymd(birth), is_male).astype(np.int16),
        naming=make_names(streams.named("names"), is_male, birth, families.fathers(), families.is_twin),
        families=families,
        ethnicity=weighted(rng, ETHNIC_WEIGHTS, count).astype(np.int8),
        phone_code=np.where(has_phone, 1 + rng.integers(0, 8 * 10**8 - 1, count), 0).astype(np.int32),
        is_registered=is_registered,
        household=families.head,
        address=address,
        lived=lived,
        street=street,
        lived_street=ground.street_of(lived).astype(np.int8),
        division=division,
        hashed=Hashed(streams.seed),
    )


def _births(rng: np.random.Generator, is_registered: np.ndarray, until: int) -> np.ndarray:
    """Birth days from 1930 to the last simulated day."""
    count = len(is_registered)
    cohort = np.where(is_registered, weighted(rng, COHORTS, count), weighted(rng, NEWCOMER_COHORTS, count))
    start = FIRST_COHORT + cohort * COHORT
    span = np.where(cohort == len(COHORTS) - 1, max(until - start.max(), 365), COHORT)
    birth = start + (rng.random(count) * span).astype(np.int64)
    late = birth > until
    birth[late] = until - rng.integers(0, 5 * 365, late.sum())
    return birth.astype(np.int32)


def _addresses(
    rng: np.random.Generator, ground: Places, head: np.ndarray, division: np.ndarray, is_registered: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The registered address and the one where each person lives: one for all of a household."""
    address = ground.draw(rng, division)
    other = ground.draw(rng, weighted(rng, places.REGISTERED, len(head)))
    apart = is_registered & (rng.random(len(head)) < LIVES_APART_SHARE)
    return address[head], np.where(apart, other, address)[head]
