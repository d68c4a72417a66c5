"""Administrative division codes (GB/T 2260): provinces, and the city's own codes with the years they were in force.

A number keeps the area code that was in force when it was issued, so a retired code is a right code: Changzhou's own
residents carry 329015 and 329024 (county-level cities stood in a block of their own from 1990 to 1994) and codes of
counties that became cities and districts. A code may also come back with another meaning: 320411 was 郊区 until 2001,
and is 新北区 since 2002. So a name needs a date, and so does the question whether a code may stand in a table of today.

The codes are data (`divisions.csv` beside the contracts), with years as in the year-end lists of the Ministry of Civil
Affairs. The Changzhou economic development zone (常州经开区) has no code; its streets and towns lie in 320412.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from typing import NamedTuple

import polars as pl

from citylake.settings import get_settings

DIVISIONS_FILE = "divisions.csv"
# First two digits. 81, 82 and 83 stand in the residence permits of Hong Kong, Macao and Taiwan residents.
PROVINCES = (
    *(11, 12, 13, 14, 15),
    *(21, 22, 23),
    *(31, 32, 33, 34, 35, 36, 37),
    *(41, 42, 43, 44, 45, 46),
    *(50, 51, 52, 53, 54),
    *(61, 62, 63, 64, 65),
    *(71, 81, 82, 83),
)


class Division(NamedTuple):
    """A code and the years whose lists carry it; None where the list does not say, or while the code is in force."""

    code: int
    name_zh: str
    first_year: int | None
    last_year: int | None

    def is_in_force(self, year: int) -> bool:
        return (self.first_year or year) <= year <= (self.last_year or year)


@cache
def city_divisions() -> tuple[Division, ...]:
    """Every code of the city's own blocks that was ever in force; empty where the contracts carry no list."""
    path = get_settings().contracts / DIVISIONS_FILE
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Division(int(row["code"]), row["name_zh"], _year(row["first_year"]), _year(row["last_year"]))
            for row in csv.DictReader(file)
        )


def name_of(code: int, day: date) -> str | None:
    """What a code of the city meant on a day; None where it was not in force."""
    return next((one.name_zh for one in city_divisions() if one.code == code and one.is_in_force(day.year)), None)


def is_division(code: pl.Expr) -> pl.Expr:
    """Int32 -> Boolean: a code ever in force in the city's own blocks, elsewhere any code of a province."""
    return _is_listed(code, [one.code for one in city_divisions()])


def is_in_force(code: pl.Expr, day: date) -> pl.Expr:
    """As `is_division`, but in the city's own blocks only the codes of that day's year."""
    return _is_listed(code, [one.code for one in city_divisions() if one.is_in_force(day.year)])


def _is_listed(code: pl.Expr, listed: list[int]) -> pl.Expr:
    """Four-digit blocks of the city are known whole; elsewhere a code is held to its province alone."""
    blocks = sorted({one.code // 100 for one in city_divisions()})
    in_province = (code // 10_000).is_in(PROVINCES)
    return in_province & (~(code // 100).is_in(blocks) | code.is_in(sorted(set(listed)))) if blocks else in_province


def _year(text: str) -> int | None:
    return int(text) if text else None
