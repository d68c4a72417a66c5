"""The coordinate systems in which departments' maps stand: the official distortion GCJ-02 and Baidu's BD-09 on top.

The formulas are those in general use since the distortion was published by its users; degrees in, degrees out, good to
a metre inside China. Written here on its own: the simulator knows nothing of how the lake undoes them.
"""

from __future__ import annotations

import numpy as np

_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
_TURN = np.pi * 3000 / 180


def to_gcj02(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of CGCS2000 as a published map shows them."""
    x, y = east - 105.0, north - 35.0
    common = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(x))
    move_north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    move_north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    move_north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    move_east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    move_east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    move_east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    angle = np.radians(north)
    bend = 1 - _ECCENTRICITY * np.sin(angle) ** 2
    metres_north = _AXIS * (1 - _ECCENTRICITY) / bend**1.5 * np.pi / 180
    metres_east = _AXIS / np.sqrt(bend) * np.cos(angle) * np.pi / 180
    return east + move_east / metres_east, north + move_north / metres_north


def to_bd09(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of CGCS2000 as Baidu's map shows them."""
    x, y = to_gcj02(east, north)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def to_xian80_plane(east: float, north: float) -> tuple[float, float]:
    """Degrees as metres of Xi'an 1980, north first: Gauss-Krueger on the ellipsoid of 1975, zone 40 of three degrees.

    The series of the transverse Mercator projection up to the fourth power, good to a metre inside a zone. That the
    ellipsoid lies some tens of metres off that of CGCS2000 is left out.
    """
    axis, flattening, middle = 6_378_140.0, 1 / 298.257, 120.0
    square = flattening * (2 - flattening)
    angle, away = np.radians(north), np.radians(east - middle) * np.cos(np.radians(north))
    bend = axis / np.sqrt(1 - square * np.sin(angle) ** 2)
    tangent, rest = np.tan(angle) ** 2, square / (1 - square) * np.cos(angle) ** 2
    arc = (1 - square / 4 - 3 * square**2 / 64) * angle - (3 * square / 8 + 3 * square**2 / 32) * np.sin(2 * angle)
    arc = axis * (arc + 15 * square**2 / 256 * np.sin(4 * angle))
    northing = arc + bend * np.tan(angle) * (away**2 / 2 + away**4 / 24 * (5 - tangent + 9 * rest))
    easting = bend * (away + away**3 / 6 * (1 - tangent + rest))
    return float(northing), float(40_500_000 + easting)
