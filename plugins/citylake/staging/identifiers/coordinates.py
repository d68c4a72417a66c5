"""Coordinates: the three systems in use and how a point moves between them, and the box in which the city lies.

WGS-84 and CGCS2000 differ by centimetres and count as one. GCJ-02 is the official distortion of published maps (about
500 m in Changzhou), BD-09 the further one of Baidu's. A wrong label moves a point across a district border.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, reduce
from typing import NamedTuple

import polars as pl
import yaml

from citylake.settings import get_settings

CITY_FILE = "city.yml"
# The ellipsoid of Krasovsky (1940), on which GCJ-02 is computed: half the axis in metres, and the eccentricity squared.
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
_ORIGIN = (105.0, 35.0)
_BAIDU_TURN = math.pi * 3000 / 180
# Each round of the inverse divides the error by about a thousand; four are far below a millimetre.
_ROUNDS = 4

Point = tuple[pl.Series, pl.Series]


class Bounds(NamedTuple):
    """Degrees, margin included."""

    west: float
    east: float
    south: float
    north: float


@cache
def city_bounds() -> Bounds | None:
    """The box in which the city lies, in whichever of the three systems; None where the contracts name none."""
    path = get_settings().contracts / CITY_FILE
    if not path.is_file():
        return None
    box = yaml.safe_load(path.read_text(encoding="utf-8"))["bounds"]
    margin = box["margin"]
    return Bounds(box["west"] - margin, box["east"] + margin, box["south"] - margin, box["north"] + margin)


def longitude_reason(value: pl.Expr) -> pl.Expr:
    """Float64 -> reason code: a latitude in its place, or a place outside the city; null where nothing is wrong."""
    box = city_bounds()
    return _reason(value, (box.west, box.east), (box.south, box.north)) if box else pl.lit(None, dtype=pl.String)


def latitude_reason(value: pl.Expr) -> pl.Expr:
    """As `longitude_reason`, for degrees north."""
    box = city_bounds()
    return _reason(value, (box.south, box.north), (box.west, box.east)) if box else pl.lit(None, dtype=pl.String)


def wgs84_to_gcj02(east: pl.Series, north: pl.Series) -> Point:
    """Degrees east and north -> the same points on a published map. For points inside China."""
    metres_east, metres_north = _shift(east - _ORIGIN[0], north - _ORIGIN[1])
    radians = north * (math.pi / 180)
    squeeze = 1 - radians.sin() ** 2 * _ECCENTRICITY
    degree_north = _AXIS * (1 - _ECCENTRICITY) / (squeeze * squeeze.sqrt()) * (math.pi / 180)
    degree_east = _AXIS / squeeze.sqrt() * radians.cos() * (math.pi / 180)
    return east + metres_east / degree_east, north + metres_north / degree_north


def gcj02_to_wgs84(east: pl.Series, north: pl.Series) -> Point:
    """The points whose GCJ-02 these are."""
    return _undone(wgs84_to_gcj02, east, north)


def gcj02_to_bd09(east: pl.Series, north: pl.Series) -> Point:
    """Points of a published map on Baidu's."""
    radius = (east**2 + north**2).sqrt() + (north * _BAIDU_TURN).sin() * 0.00002
    angle = (north / east).arctan() + (east * _BAIDU_TURN).cos() * 0.000003
    return radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006


def bd09_to_gcj02(east: pl.Series, north: pl.Series) -> Point:
    """The points whose BD-09 these are."""
    return _undone(gcj02_to_bd09, east, north)


def _undone(moved: Callable[[pl.Series, pl.Series], Point], east: pl.Series, north: pl.Series) -> Point:
    """Where points were before they were moved, by rounds of correction."""
    before_east, before_north = east, north
    for _ in range(_ROUNDS):
        shown_east, shown_north = moved(before_east, before_north)
        before_east, before_north = before_east - (shown_east - east), before_north - (shown_north - north)
    return before_east, before_north


def _shift(x: pl.Series, y: pl.Series) -> Point:
    """Metres east and north by which GCJ-02 moves a point that lies x, y degrees from its origin."""
    root = x.abs().sqrt()
    both = _waves(x, (20.0, 6.0), (20.0, 2.0))
    east = 300.0 + x + y * 2.0 + x * x * 0.1 + x * y * 0.1 + root * 0.1 + both
    north = -100.0 + x * 2.0 + y * 3.0 + y * y * 0.2 + x * y * 0.1 + root * 0.2 + both
    east += _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    north += _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    return east, north


def _waves(of: pl.Series, *terms: tuple[float, float]) -> pl.Series:
    """Sum of sines, each with its height and half its frequency, times two thirds."""
    return reduce(pl.Series.__add__, ((of * (math.pi * rate)).sin() * height for height, rate in terms)) * (2 / 3)


def _reason(value: pl.Expr, own: tuple[float, float], other: tuple[float, float]) -> pl.Expr:
    return (
        pl.when(value.is_between(*own))
        .then(None)
        .when(value.is_between(*other))
        .then(pl.lit("coordinate.swapped"))
        .when(value.is_not_null())
        .then(pl.lit("coordinate.outside"))
    )
