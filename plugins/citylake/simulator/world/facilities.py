"""What stands at the addresses of the city: parking lots, kitchens, stations, shelters, works, and the buildings.

A place of the truth is a number that runs through all kinds of places in turn: `Facilities.first[kind]` and the rank
within the kind. Buildings and parcels are too many to be held: they follow from the addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, day, weighted
from citylake.simulator.basics.hashed import Hashed
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places
from citylake.simulator.world.places import Places

# How many of a kind a city of 5.3 million people has (dataset catalogue), and how many the smallest city has.
SIZES = {
    "parking_lot": (2900, 20),
    "kitchen": (12_000, 20),
    "poi": (265_000, 60),
    "resource": (6_000, 24),
    "sensor": (119_000, 60),
    "iot_site": (1_450, 20),
    "monitoring_site": (290, 24),
    "scenic_spot": (30, 3),
    "water_works": (6_000, 24),
}
REAL_PEOPLE = 5_300_000
JUNCTIONS = "junction"
# Service points of the city, its districts and streets, beside one in every community.
SERVICE_POINTS_ABOVE = 1 + 6 + 58
# Every eighth building shares the parcel of the one before it.
BUILDINGS_PER_PARCEL = 8


@dataclass(frozen=True)
class Sites:
    """Places of one kind: where, of which sort, whose, since when and until when (days; NO_DAY: still there).

    `sort` is a random number below 1000 that exports turn into a type; `firm` counts enterprises, -1: nobody's.
    """

    first: int
    address: np.ndarray
    sort: np.ndarray
    firm: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    changed: np.ndarray

    @property
    def count(self) -> int:
        return len(self.address)

    def standing(self, on: date) -> np.ndarray:
        """Ranks of those opened by a day; the closed ones are still listed."""
        return np.flatnonzero(self.opened <= day(on))


@dataclass(frozen=True)
class Facilities:
    """All of them by kind; buildings by their first address, parcels by their building; `count` of places in all."""

    sites: dict[str, Sites]
    first: dict[str, int]
    building_start: np.ndarray
    count: int
    hashed: Hashed

    def share(self, index: np.ndarray, draw: int) -> np.ndarray:
        """A number in [0, 1) that belongs to each index, for what is decided about things that are not held."""
        return self.hashed.share(f"place {draw}", index)

    def building_address(self, building: np.ndarray, ground: Places) -> np.ndarray:
        """The first address of each building."""
        lane = np.searchsorted(self.building_start, building, side="right") - 1
        rank = building - self.building_start[lane]
        return (ground.lanes.start[lane] + rank * ground.lanes.rooms[lane]).astype(np.int32)


def make_facilities(
    ground: Places, people: int, firms: int, junctions: int, schedule: Schedule, streams: Streams
) -> Facilities:
    """The facilities of a city of so many people; `firms` enterprises may own them."""
    rng = streams.named("facilities")
    first, sites, count = {JUNCTIONS: 0}, {}, junctions
    for kind, (real, least) in SIZES.items():
        size = max(least, round(real * people / REAL_PEOPLE))
        first[kind] = count
        sites[kind] = _sites(rng, count, size, ground, firms, schedule)
        count += size
    per_lane = -(-np.diff(ground.lanes.start) // ground.lanes.rooms)
    building_start = np.concatenate(([0], np.cumsum(per_lane)))
    for kind, size in (
        ("building", int(building_start[-1])),
        ("parcel", int(building_start[-1])),
        ("grid", 7 * len(ground.community_street)),
        ("cell", len(ground.community_street)),
        ("service_point", len(ground.community_street) + SERVICE_POINTS_ABOVE),
    ):
        first[kind] = count
        count += size
    return Facilities(sites, first, building_start, count, Hashed(streams.seed))


def _sites(rng: np.random.Generator, first: int, size: int, ground: Places, firms: int, schedule: Schedule) -> Sites:
    """Spread over the city as people are; one in twenty opened within the stretch, one in thirty has closed."""
    from_day, until = day(date(2008, 1, 1)), day(schedule.until)
    begin = day(schedule.first_day)
    opened = from_day + (rng.random(size) ** 0.7 * (begin - 30 - from_day)).astype(np.int64)
    fresh = rng.random(size) < 0.05
    opened = np.where(fresh, begin + rng.integers(0, max(until - begin, 1), size), opened)
    closed = np.where((rng.random(size) < 0.033) & ~fresh, until - rng.integers(0, 700, size), NO_DAY)
    closed = np.where(closed > opened, closed, NO_DAY)
    changed = np.where(rng.random(size) < 0.08, until - rng.integers(0, 200, size), opened)
    address = ground.draw(rng, weighted(rng, places.REGISTERED, size), is_work=True)
    return Sites(
        first,
        address,
        rng.integers(0, 1000, size),
        np.where(rng.random(size) < 0.85, rng.integers(0, firms, size), -1),
        opened,
        closed,
        np.maximum.reduce([changed, opened, closed]),
    )
