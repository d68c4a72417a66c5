"""Which school, hospital, health centre or office stands behind a record about a person."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.world.city import World
from citylake.simulator.world.divisions import DIVISION_NAMES
from citylake.simulator.world.institutions import CENTRE, HOSPITAL
from citylake.simulator.world.place_ground import STREET_DIVISION

MATERNITY_WARDS = 6
STAGES = ["kindergarten", "primary", "junior", "senior", "vocational"]
# How schools shorten their own kind.
_SHORTER = (("中心小学", "小学"), ("初级中学", "初中"), ("高级中学", "高中"), ("中等专业学校", "中专"))


def one_of(groups: np.ndarray, wanted: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """For each row an element of its wanted group, the same for the same lot; of any group where it is empty.

    :param groups: the group of each element, in any order (not negative)
    :param lots: whole numbers from 0 on
    """
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], wanted)
    number = np.searchsorted(groups[order], wanted, side="right") - first
    at = np.where(number > 0, first + lots % np.maximum(number, 1), lots % len(order))
    return order[at]


def schools_of(world: World, who: np.ndarray, stage: np.ndarray) -> np.ndarray:
    """The school of each pupil: one of the stage in the division where the pupil lives."""
    schools, lots = world.schools, world.people.hashed.below("school", who, 10**6)
    division = STREET_DIVISION[world.people.lived_street[who]]
    of_stage = one_of(schools.stage.astype(np.int64), stage, lots)
    found = one_of(schools.stage.astype(np.int64) * 8 + schools.division, stage * 8 + division, lots)
    return np.where(schools.stage[found] == stage, found, of_stage)


def short_school_names(names: pl.Series) -> pl.Series:
    """Without the city, and with the kind as everybody calls it."""
    short = names.str.strip_prefix("常州市").str.strip_prefix("江苏省")
    for long, kind in _SHORTER:
        short = short.str.replace(long, kind, literal=True)
    return short


def centres_of(world: World, street: np.ndarray) -> np.ndarray:
    """The health centre that serves each street."""
    centres = np.flatnonzero(world.medical.kind == CENTRE)
    division = STREET_DIVISION[street].astype(np.int64)
    return centres[one_of(world.medical.division[centres].astype(np.int64), division, street.astype(np.int64))]


def wards_of(world: World, who: np.ndarray) -> np.ndarray:
    """The maternity ward (0 to MATERNITY_WARDS - 1) in which each child was born."""
    return world.people.hashed.below("ward", who, MATERNITY_WARDS)


def hospitals_of(world: World, ward: np.ndarray) -> np.ndarray:
    """The hospital of each ward."""
    hospitals = np.flatnonzero(world.medical.kind == HOSPITAL)
    return hospitals[ward % len(hospitals)]


def police_names(division: np.ndarray) -> pl.Series:
    names = [f"常州市公安局{name}分局" if name.endswith("区") else f"{name}公安局" for name in DIVISION_NAMES]
    return pick(names, division)


def marriage_offices(division: np.ndarray) -> pl.Series:
    return pick([f"{name}民政局婚姻登记处" for name in DIVISION_NAMES], division)
