"""Legal entities of the simulated city: enterprises with branches, self-employed, public bodies, social organisations.

One index counts them all: enterprises first (0..firms-1), then their branches, the self-employed, organs, mass
organisations, institutions, and the three kinds of social organisation. Only small numbers are held; names, codes and
addresses are made for the rows that ask (entity_names.py, identifiers.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import ALL, NO_DAY, day
from citylake.simulator.basics.identifiers import as_text
from citylake.simulator.world import entity_names
from citylake.simulator.world.entity_columns import EntityColumns

KINDS = (
    "limited_company",
    "sole_person_company",
    "stock_company",
    "cooperative",
    "sole_proprietorship",
    "branch",
    "self_employed",
    "organ",
    "mass_organisation",
    "institution",
    "association",
    "private_unit",
    "foundation",
)
BRANCH, SELF_EMPLOYED, ORGAN, MASS, INSTITUTION, ASSOCIATION, PRIVATE_UNIT, FOUNDATION = range(5, 13)
COOPERATIVE = 3
# The two characters at the head of a credit code: registering authority and kind (GB 32100-2015, table 1).
PREFIXES = np.array([91, 91, 91, 93, 91, 91, 92, 11, 13, 12, 51, 52, 53])
STATUSES = ["active", "revoked", "deregistered"]
NO_CHANGE, NAME, REPRESENTATIVE, ADDRESS, CAPITAL = range(5)
# What an institution or private unit is besides: nothing of its own, a school, a medical institution.
PLAIN, SCHOOL, MEDICAL = range(3)
# Days of a term of twenty years.
TERM = 7305
FIRST_USCC = day(date(2015, 10, 1))
TextsAt = Callable[[np.ndarray], pl.Series]
PEOPLE_OF_CITY = 5_300_000
# The self-employed got credit codes later.
FIRST_USCC_OF_SELF_EMPLOYED = day(date(2017, 1, 1))


def scaled(people: int, of_city: float, least: int) -> int:
    """How many of something a city of so many people has, from their number in one of 5.3 million."""
    return max(least, round(people * of_city / PEOPLE_OF_CITY))


@dataclass(frozen=True)
class Entities(EntityColumns):
    """The legal entities, with the texts that departments write of them."""

    def of_kind(self, *kinds: int) -> np.ndarray:
        """Indices of all entities of these kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))

    def open_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Whether each is registered and neither revoked nor deregistered on a day."""
        closed = self.closed[rows]
        return (self.established[rows] <= on) & ((closed == NO_DAY) | (closed > on))

    def employers(self) -> np.ndarray:
        """Entities that people work for: open ones with a code, enterprises and public bodies."""
        works = (self.kind < BRANCH) | (self.kind >= ORGAN)
        found = np.flatnonzero(works & self.has_code & (self.closed == NO_DAY))
        share = min(1.0, 150_000 / max(1, len(found)))
        return found[self.hashed.share("employer", found) < share]

    def status_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Index into STATUSES on a day."""
        closed = self.closed[rows]
        return np.where((closed > NO_DAY) & (closed <= on), self.status[rows], 0)

    def has_changed(self, change: int, on: int, rows: np.ndarray) -> np.ndarray:
        """Whether this change has happened by the end of a day; true of entities without it."""
        return (self.change[rows] != change) | (self.changed[rows] <= on)

    def codes(self, rows: np.ndarray) -> pl.Series:
        """The credit code that each has or, closed before they came, would have."""
        return as_text(self.held_codes[rows])

    def usccs(self, rows: np.ndarray) -> pl.Series:
        """Credit codes; null where there is none."""
        return either(self.has_code[rows], lambda at: self.codes(rows[at]))

    @cached_property
    def _workplaces(self) -> tuple[np.ndarray, pl.Series, pl.Series]:
        """Codes and names of those that people work for, and where each entity stands in them; nothing comes first.

        Books of people ask for them in every second row: they are made once.
        """
        rows, nothing = self.employers(), pl.Series([None], dtype=pl.String)
        place = np.zeros(self.count, dtype=np.int32)
        place[rows] = np.arange(1, len(rows) + 1)
        return place, pl.concat([nothing, self.usccs(rows)]), pl.concat([nothing, self.names(rows)])

    def employer_texts(self, employer: np.ndarray) -> tuple[pl.Series, pl.Series]:
        """Credit codes and names, as registered at last, of some of `employers()`; null where the index is -1."""
        place, codes, names = self._workplaces
        at = np.where(employer >= 0, place[employer], 0)
        return codes[at], names[at]

    def organisation_codes(self, rows: np.ndarray) -> pl.Series:
        """Organisation codes (GB 11714), without the hyphen."""
        codes = self.held_codes[rows].view(np.uint8).reshape(-1, 18)
        return as_text(np.ascontiguousarray(codes[:, 8:17]).view("S9").ravel())

    def names(self, rows: np.ndarray, on: int | None = None) -> pl.Series:
        """Names as registered on a day (None: at last)."""
        is_old = np.zeros(len(rows), dtype=bool) if on is None else ~self.has_changed(NAME, on, rows)
        return entity_names.names(self, rows, is_old)

    def representatives(self, rows: np.ndarray, on: int | None = None) -> np.ndarray:
        """The person (index) at the head on a day (None: at last)."""
        if on is None:
            return self.representative[rows]
        return np.where(
            self.has_changed(REPRESENTATIVE, on, rows), self.representative[rows], self.former_representative[rows]
        )

    def addresses_on(self, rows: np.ndarray, on: int | None = None) -> np.ndarray:
        """Indices of the registered addresses on a day (None: at last)."""
        if on is None:
            return self.address[rows]
        return np.where(self.has_changed(ADDRESS, on, rows), self.address[rows], self.former_address[rows])

    def industries(self, rows: np.ndarray) -> pl.Series:
        """Four digits of GB/T 4754-2017."""
        return entity_names.industries(self, rows)

    def record_nos(self, rows: np.ndarray) -> pl.Series:
        """The market register's own number of the entity."""
        return pl.Series(3_204_000_000_000_000 + scrambled(rows) * 3).cast(pl.String)

    def registration_nos(self, rows: np.ndarray) -> pl.Series:
        """Registration number: 13 digits for those founded before 2007, else 15."""
        is_short = self.established[rows] < day(date(2007, 1, 1))
        number = np.where(is_short, 3_204_000_000_000, 320_400_000_000_000) + scrambled(rows)
        return pl.Series(number).cast(pl.String)

    def phones(self, rows: np.ndarray) -> pl.Series:
        """A fixed line for most organisations, the operator's own number for the self-employed."""
        line = pl.Series(80_000_000 + self.hashed.below("line", rows, 9_999_999)).cast(pl.String)
        return either(
            self.kind[rows] == SELF_EMPLOYED,
            lambda at: self.people.phones(self.representative[rows[at]]),
            lambda at: "0519-" + line[at],
        )

    def terms(self, rows: np.ndarray) -> np.ndarray:
        """Day on which the licence's term of twenty years, renewed as need be, ends; NO_DAY: open end."""
        ends = (self.hashed.share("term", rows) < 0.4) & (self.kind[rows] < ORGAN)
        begin, closed = self.established[rows].astype(np.int64), self.closed[rows]
        lasted = np.where(closed > NO_DAY, closed, self.people.until) - begin
        return np.where(ends, begin + (lasted // TERM + 1) * TERM, NO_DAY)

    def in_tax(self, rows: np.ndarray) -> np.ndarray:
        """Whether the tax office knows the entity."""
        share = np.where(self.kind[rows] == SELF_EMPLOYED, 0.4, np.where(self.kind[rows] < ORGAN, 0.86, 0.3))
        return self.has_code[rows] & (self.hashed.share("tax", rows) < share)

    def seconds(self, days: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """A moment of the day between 08:00 and 17:59:59 for each row, in seconds since 1970."""
        return days.astype(np.int64) * 86400 + 8 * 3600 + self.hashed.below("second", rows, 36000)


def where(condition: np.ndarray, values: pl.Series, otherwise: pl.Series | None = None) -> pl.Series:
    """values where the condition holds, else `otherwise` (None: null)."""
    frame = pl.DataFrame({"c": pl.Series(condition, dtype=pl.Boolean), "v": values, "o": otherwise})
    return frame.select(pl.when("c").then("v").otherwise("o").alias("v"))["v"]


def either(condition: np.ndarray, one: TextsAt, other: TextsAt | None = None) -> pl.Series:
    """one(positions) where the condition holds, other(positions) elsewhere (None: null), made for those rows alone."""
    yes, no = np.flatnonzero(condition), np.flatnonzero(~condition)
    if len(no) == 0:
        return one(yes)
    rest = pl.Series([None], dtype=pl.String).new_from_index(0, len(no)) if other is None else other(no)
    if len(yes) == 0:
        return rest
    back = np.empty(len(condition), dtype=np.int64)
    back[yes], back[no] = np.arange(len(yes)), len(yes) + np.arange(len(no))
    return pl.concat([one(yes), rest])[back]


def scrambled(rows: np.ndarray) -> np.ndarray:
    """Another number below ten million for every index, in no order."""
    return rows.astype(np.int64) * 7_368_787 % 10_000_000
