"""How large the city's economy and population are, year by year: from what was published, carried on where nothing was.

Published totals (data/published_figures.csv) are met exactly; between two of them a level grows evenly, beyond the last
one by a rate of its own. Districts are shares of the city, from the published figures of 2020 and 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl

from citylake.simulator.world.published import figures

CITY = "常州市"
FIRST_YEAR = 2020
HUNDRED_MILLION, TEN_THOUSAND = 1e8, 1e4
# Place, code, scope, share of the city in 2020 and in 2023. 经开区 has no code of its own; 武进区 stands in with it and
# without it. Shares of GDP: 武进区 2607.21 of 7805.3 (2020), 3222.84 and 2239.58 of 10116.36 (2023), 金坛区 1302.92.
WITHOUT_ZONE = 2239.58 / 3222.84
_WUJIN = (2607.21 / 7805.3, 3222.84 / 10116.36)
_JINTAN = (0.1174, 1302.92 / 10116.36)
_LIYANG = (1 - 0.1035 - 0.0969 - 0.2090 - _WUJIN[0] - _JINTAN[0], 1 - 0.1045 - 0.0978 - 0.2110 - _WUJIN[1] - _JINTAN[1])
REGIONS = pl.DataFrame(
    [
        (CITY, "320400", "total", 1.0, 1.0),
        ("天宁区", "320402", "total", 0.1035, 0.1045),
        ("钟楼区", "320404", "total", 0.0969, 0.0978),
        ("新北区", "320411", "total", 0.2090, 0.2110),
        ("武进区", "320412", "with_zone", *_WUJIN),
        ("武进区", "320412", "without_zone", _WUJIN[0] * WITHOUT_ZONE, _WUJIN[1] * WITHOUT_ZONE),
        ("经开区", None, "total", _WUJIN[0] * (1 - WITHOUT_ZONE), _WUJIN[1] * (1 - WITHOUT_ZONE)),
        ("金坛区", "320413", "total", *_JINTAN),
        ("溧阳市", "320481", "total", *_LIYANG),
    ],
    schema=["division_name", "division_code", "scope_code", "share_2020", "share_2023"],
    orient="row",
)


@cache
def published(name: str, place: str = CITY) -> dict[int, float]:
    """Year -> printed figure of a whole year (or year's end); the one with most digits where several are printed."""
    found = figures().filter(
        (pl.col("indicator_name") == name)
        & (pl.col("division_name") == place)
        & pl.col("period_label").is_in(["全年", "年末"])
    )
    longest = found.sort(pl.col("value").str.len_chars(), maintain_order=True)
    return dict(zip(longest["stat_year"].cast(pl.Int64), longest["value"].cast(pl.Float64), strict=True))


def carried(known: dict[int, float], years: range, growth: float) -> np.ndarray:
    """A level for each year: what is known, even growth between, `growth` a year before and after."""
    given = sorted(known)
    inside = np.interp(years, given, np.log([known[year] for year in given]))
    beyond = np.maximum(np.array(years) - given[-1], 0) - np.maximum(given[0] - np.array(years), 0)
    levels = np.exp(inside + beyond * np.log(1 + growth))
    return np.array([known.get(year, level) for year, level in zip(years, levels, strict=True)])


def annual(until_year: int) -> pl.DataFrame:
    """stat_year and the city's levels of that year; money in 亿元, people in 万人, electricity in 亿千瓦时.

    `gdp` is the revised one, `gdp_preliminary` what the bulletin says.
    """
    years = range(FIRST_YEAR, until_year + 1)
    gdp = carried(published("地区生产总值GDP(年鉴修订序列)"), years, 0.062)
    bulletin = published("地区生产总值GDP(初步核算/公报)")
    first = np.array([bulletin.get(year, level * 0.991) for year, level in zip(years, gdp, strict=True)])
    secondary = {2020: 3616.2 / 7805.3, 2021: 4198.9 / 8807.58}
    primary = {2020: 164.3 / 7805.3, 2021: 166.9 / 8807.58}
    return pl.DataFrame(
        {
            "stat_year": pl.Series(years, dtype=pl.Int64),
            "gdp": gdp,
            "gdp_preliminary": first,
            "primary": carried(primary, years, -0.03),
            "secondary": carried(secondary, years, -0.002),
            "retail": carried({2020: 2421.4, 2023: 2962.6}, years, 0.05),
            "investment": gdp * 0.43,
            "output": gdp * 1.72,
            "revenue": carried(published("一般公共预算收入"), years, 0.04),
            "electricity": carried({2020: 521.0, 2023: 612.0}, years, 0.06),
            "online": carried({2020: 620.0, 2023: 905.0}, years, 0.11),
            "resident": carried({2020: 527.96, 2022: 536.6}, years, 0.002),
            "registered": carried(published("年末户籍总人口(年鉴)"), years, 0.001),
            "digital_share": carried({2020: 0.098, 2023: 0.116}, years, 0.03),
            "broad_share": carried({2020: 0.42, 2023: 0.455}, years, 0.015),
        }
    )


def districts(levels: pl.DataFrame) -> pl.DataFrame:
    """Every place of every year with its share of the city: division_name, division_code, scope_code, share, levels."""
    elapsed = ((pl.col("stat_year") - 2020) / 3).clip(0, 1)
    share = pl.col("share_2020") + (pl.col("share_2023") - pl.col("share_2020")) * elapsed
    return levels.join(REGIONS, how="cross").with_columns(share.alias("share")).drop("share_2020", "share_2023")


def crossed(frame: pl.DataFrame, **columns: Sequence[object]) -> pl.DataFrame:
    """Every row with every row of a small table given by columns."""
    return frame.join(pl.DataFrame(columns), how="cross")
