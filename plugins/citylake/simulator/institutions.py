"""Which school, hospital, health centre or office stands behind a record about a person: codes and names by number.

They follow from streets and stages alone, so nothing is held of them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.columns import numbered
from citylake.simulator.drawing import pick
from citylake.simulator.hashed import Hashed
from citylake.simulator.place_ground import STREET_DIVISION
from citylake.simulator.places import ALL_STREETS, DIVISION_NAMES

STAGES = ["kindergarten", "primary", "junior", "senior", "vocational"]
# Schools of a stage that a street (from senior on: a division) has.
PER_PLACE = np.array([4, 3, 2, 4, 2])
_SUFFIXES = ("幼儿园", "小学", "初级中学", "高级中学", "中等专业学校")
_SHORT = ("幼儿园", "小学", "初中", "高中", "中专")
_ORDINALS = ("第一", "第二", "第三", "第四")
HOSPITALS = (
    "常州市妇幼保健院",
    "常州市第一人民医院",
    "常州市第二人民医院",
    "常州市武进人民医院",
    "常州市金坛第一人民医院",
    "溧阳市人民医院",
)
_STREET_NAMES = [name for _, name in ALL_STREETS]
_STREET_SHORT = [name.removesuffix("街道").removesuffix("镇") for name in _STREET_NAMES]


def schools(hashed: Hashed, who: np.ndarray, street: np.ndarray, stage: np.ndarray) -> np.ndarray:
    """The school (a number) of each pupil of a stage who lives in a street."""
    place = np.where(stage >= 3, STREET_DIVISION[street], street)
    return (place * 8 + stage) * 8 + hashed.below("school", who, 1000) % PER_PLACE[stage]


def school_codes(school: np.ndarray) -> pl.Series:
    """Ten digits, as the ministry gives them to schools."""
    return numbered("32", 8, school * 17 + 40_000_000)


def school_names(school: np.ndarray, is_short: np.ndarray | None = None) -> pl.Series:
    """Whole names, or (`is_short`) the short form that schools use of themselves."""
    place, rest = np.divmod(school, 64)
    stage, ordinal = np.divmod(rest, 8)
    by_street = pick(_STREET_SHORT, np.minimum(place, len(_STREET_SHORT) - 1))
    by_division = pick([name[:2] for name in DIVISION_NAMES], np.minimum(place, len(DIVISION_NAMES) - 1))
    frame = pl.DataFrame(
        {
            "s": by_street,
            "d": by_division,
            "is_street": stage < 3,
            "o": pick(_ORDINALS, ordinal),
            "long": pick(_SUFFIXES, stage),
            "short": pick(_SHORT, stage),
            "is_short": is_short if is_short is not None else np.zeros(len(school), dtype=bool),
        }
    )
    place_name = pl.when("is_street").then("s").otherwise("d")
    whole = pl.concat_str(pl.lit("常州市"), place_name, pl.col("o"), pl.col("long"))
    short = pl.concat_str(place_name, pl.col("o").str.slice(1), pl.col("short"))
    return frame.select(pl.when("is_short").then(short).otherwise(whole).alias("n"))["n"]


def centre_names(street: np.ndarray) -> pl.Series:
    """Health centres: 社区卫生服务中心 of a 街道, 卫生院 of a 镇."""
    names = [
        f"{name.removesuffix('街道')}街道社区卫生服务中心" if name.endswith("街道") else f"{name}卫生院"
        for name in _STREET_NAMES
    ]
    return pick(names, street)


def centre_codes(street: np.ndarray) -> pl.Series:
    return numbered("3204JC", 4, street.astype(np.int64) + 1)


def police_names(division: np.ndarray) -> pl.Series:
    return pick(
        [f"常州市公安局{name}分局" if name.endswith("区") else f"{name}公安局" for name in DIVISION_NAMES], division
    )


def marriage_offices(division: np.ndarray) -> pl.Series:
    return pick([f"{name}民政局婚姻登记处" for name in DIVISION_NAMES], division)
