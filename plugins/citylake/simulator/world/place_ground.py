"""The ground of the simulated city: rectangles of divisions, streets and communities, and which streets there are.

A division is cut into streets, a street into communities. Invented, but within the city's box and in the right relation
to one another; the streets of the development zone lie together at the eastern end of 武进.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.simulator.world import divisions as places

COMMUNITIES = 1030  # the plan's count of communities and villages
# A lane is at most this wide, in degrees (about 350 m east and 60 m north).
LANE_EAST, LANE_NORTH = 0.0037, 0.0005
# West, east, south, north of the divisions, in the order of places.DIVISIONS.
_GROUND = (
    (119.95, 120.15, 31.74, 31.86),
    (119.78, 119.95, 31.74, 31.84),
    (119.72, 119.95, 31.84, 32.06),
    (119.70, 120.19, 31.34, 31.74),
    (119.30, 119.70, 31.60, 31.88),
    (119.15, 119.62, 31.16, 31.60),
)
# The streets that the economic development zone runs: no code of its own, counted in 武进 by code.
ZONE_STREETS = ("320412001", "320412002", "320412003", "320412104", "320412105", "320412106")
ZONE_NAME = "常州经开区"


STREET_DIVISION = np.repeat(np.arange(len(places.DIVISIONS)), places.STREET_COUNT)
STREET_CODES = [code for code, _ in places.ALL_STREETS]
STREET_NAMES = [name for _, name in places.ALL_STREETS]
STREET_IN_ZONE = np.isin(np.array(STREET_CODES), ZONE_STREETS)
STREET_HEADS = [
    f"江苏省{'常州市' if (name := places.DIVISION_NAMES[at]).endswith('区') else ''}{name}{street}"
    for at, street in zip(STREET_DIVISION, STREET_NAMES, strict=True)
]


@dataclass(frozen=True)
class Boxes:
    """Rectangles in degrees of CGCS2000, one element each."""

    west: np.ndarray
    east: np.ndarray
    south: np.ndarray
    north: np.ndarray

    def take(self, index: np.ndarray) -> Boxes:
        return Boxes(self.west[index], self.east[index], self.south[index], self.north[index])

    def wkt(self) -> pl.Series:
        """Closed rings, anticlockwise, six decimals."""
        corners = ((self.west, self.south), (self.east, self.south), (self.east, self.north), (self.west, self.north))
        points = [
            pl.Series(f"{at}", np.round(x, 6)).cast(pl.String) + " " + pl.Series(np.round(y, 6)).cast(pl.String)
            for at, (x, y) in enumerate((*corners, corners[0]))
        ]
        ring = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(points)])
        return ring.select(pl.lit("POLYGON((") + pl.concat_str(pl.all(), separator=", ") + "))").to_series()


def _sliced(box: tuple[float, float, float, float], pieces: int) -> np.ndarray:
    """A rectangle cut into `pieces` of about the same size: rows from south to north, (pieces, 4) as west..north."""
    west, east, south, north = box
    rows = max(1, round(np.sqrt(pieces * (north - south) / (east - west))))
    each = np.full(rows, pieces // rows) + (np.arange(rows) < pieces % rows)
    y = south + (north - south) * np.concatenate(([0], np.cumsum(each))) / pieces
    found = []
    for row, columns in enumerate(each):
        x = np.linspace(west, east, columns + 1)
        found += [(x[at], x[at + 1], y[row], y[row + 1]) for at in range(columns)]
    return np.array(found)


def _boxes(rows: np.ndarray) -> Boxes:
    return Boxes(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])


def street_boxes() -> Boxes:
    """The streets of each division; those of the development zone lie together at the eastern end of 武进."""
    found = []
    for division, ground in enumerate(_GROUND):
        in_zone = STREET_IN_ZONE[division == STREET_DIVISION]
        if not in_zone.any():
            found.append(_sliced(ground, len(in_zone)))
            continue
        west, east, south, north = ground
        border = east - 0.16
        pieces = np.empty((len(in_zone), 4))
        pieces[in_zone] = _sliced((border, east, south, north), int(in_zone.sum()))
        pieces[~in_zone] = _sliced((west, border, south, north), int((~in_zone).sum()))
        found.append(pieces)
    return _boxes(np.concatenate(found))


def communities(rng: np.random.Generator, streets: Boxes) -> tuple[np.ndarray, Boxes, np.ndarray]:
    """Street, rectangle and kind (village or not) of each community; towns have more of them, and villages."""
    is_town = np.array([name.endswith("镇") for name in STREET_NAMES])
    weight = np.where(is_town, 1.2, 1.0) * (0.8 + 0.4 * rng.random(len(is_town)))
    counts = np.maximum(2, np.floor(COMMUNITIES * weight / weight.sum())).astype(np.int64)
    counts[: COMMUNITIES - counts.sum()] += 1
    boxes = [
        _sliced((streets.west[at], streets.east[at], streets.south[at], streets.north[at]), int(pieces))
        for at, pieces in enumerate(counts)
    ]
    street = np.repeat(np.arange(len(counts)), counts)
    return street, _boxes(np.concatenate(boxes)), is_town[street] & (rng.random(len(street)) < 0.7)


def strips(rng: np.random.Generator, within: Boxes) -> Boxes:
    """A narrow rectangle somewhere inside each of these, clear of the borders."""
    east = np.minimum(LANE_EAST, (within.east - within.west) * 0.8)
    north = np.minimum(LANE_NORTH, (within.north - within.south) * 0.8)
    west = within.west + (within.east - within.west - east) * (0.05 + 0.9 * rng.random(len(east)))
    south = within.south + (within.north - within.south - north) * (0.05 + 0.9 * rng.random(len(east)))
    return Boxes(west, west + east, south, south + north)
