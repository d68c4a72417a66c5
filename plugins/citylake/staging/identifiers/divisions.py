"""Administrative division codes (GB/T 2260): the provinces, and Changzhou's codes with the years they were in force.

A number keeps the area code that was in force when it was issued, so a retired code is a right code: Changzhou's own
residents carry 329015 and 329024 (county-level cities stood in a block of their own from 1990 to 1994) and codes of
counties that became cities and districts. Years are those of the year-end lists of the Ministry of Civil Affairs.
The Changzhou economic development zone (常州经开区) has no code; its streets and towns lie in 320412.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl


class Division(NamedTuple):
    """A code and the years whose lists carry it; `last_year` is None while it is in force."""

    code: int
    name_zh: str
    first_year: int
    last_year: int | None


CHANGZHOU_DIVISIONS = (
    Division(320400, "常州市", 1983, None),
    Division(320402, "天宁区", 1983, None),
    Division(320403, "广化区", 1983, 1986),
    Division(320404, "钟楼区", 1983, None),
    Division(320405, "戚墅堰区", 1983, 2015),
    Division(320411, "郊区", 1983, 2001),
    Division(320411, "新北区", 2002, None),
    Division(320412, "武进区", 2002, None),
    Division(320413, "金坛区", 2015, None),
    Division(320421, "武进县", 1983, 1995),
    Division(320422, "金坛县", 1983, 1993),
    Division(320423, "溧阳县", 1983, 1990),
    Division(320481, "溧阳市", 1995, None),
    Division(320482, "金坛市", 1995, 2015),
    Division(320483, "武进市", 1995, 2002),
    Division(329015, "溧阳市", 1990, 1995),
    Division(329024, "金坛市", 1993, 1995),
)

# The block of county-level cities directly under Jiangsu ran from 329001 (泰州市) to 329028 (姜堰市) until 1995.
JIANGSU_COUNTY_CITIES = tuple(range(329001, 329029))

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

# Four-digit blocks in which every code is known; elsewhere a code is held to its province alone.
_KNOWN_BLOCKS = (3204, 3290)
_KNOWN_CODES = tuple(sorted({division.code for division in CHANGZHOU_DIVISIONS} | set(JIANGSU_COUNTY_CITIES)))


def is_division(code: pl.Expr) -> pl.Expr:
    """Int32 -> Boolean: a code ever in force in Changzhou's blocks, elsewhere any code of a province."""
    elsewhere = ~(code // 100).is_in(_KNOWN_BLOCKS)
    return (code // 10_000).is_in(PROVINCES) & (elsewhere | code.is_in(_KNOWN_CODES))
