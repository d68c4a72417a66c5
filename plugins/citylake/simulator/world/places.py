"""The places of the simulated city: divisions, streets, communities, roads and every standard address on them.

An address is an int32 index; everything about it (text, street, codes, coordinates) is computed from the index for the
block of rows that asks. Only communities and lanes (roads, estates, natural villages) are held, a few thousand rows.
The indices of one lane follow one another, so do those of a street and of a division. A lane is a strip of 350 m at
most somewhere in its community (place_ground.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import Streams, pick, weighted
from citylake.simulator.world import divisions as places
from citylake.simulator.world import place_names
from citylake.simulator.world.place_ground import (
    STREET_CODES,
    STREET_DIVISION,
    STREET_HEADS,
    Boxes,
    communities,
    street_boxes,
    strips,
)

ESTATE, ROAD, VILLAGE = 0, 1, 2
# Addresses a resident: 3.2 million standard addresses for 5.3 million people.
ADDRESSES_PER_PERSON = 0.6
LEAST_ADDRESSES = 1200


@dataclass(frozen=True)
class Lanes:
    """Roads, housing estates and natural villages, in the order of their addresses.

    `start` has one element more: the addresses of lane i are start[i]..start[i + 1] - 1. `rooms` is how many addresses
    a building has, `old_name` what a road was called before (null for most).
    """

    start: np.ndarray
    kind: np.ndarray
    community: np.ndarray
    name: pl.Series
    old_name: pl.Series
    first_number: np.ndarray
    rooms: np.ndarray
    boxes: Boxes


@dataclass(frozen=True)
class Places:
    """The ground and its addresses. Streets count as in `places.ALL_STREETS`, divisions as in `places.DIVISIONS`."""

    count: int
    street_boxes: Boxes
    community_street: np.ndarray
    community_code: pl.Series
    community_name: pl.Series
    community_is_village: np.ndarray
    community_boxes: Boxes
    lanes: Lanes

    def draw(self, rng: np.random.Generator, division: np.ndarray, is_work: bool = False) -> np.ndarray:
        """An address (int32) in each of these divisions: anywhere people live, or (`is_work`) along roads only."""
        lane_division = STREET_DIVISION[self.community_street[self.lanes.community]]
        usable = (self.lanes.kind == ROAD) if is_work else np.ones(len(self.lanes.kind), dtype=bool)
        size = np.diff(self.lanes.start) * usable
        edges = np.concatenate(([0], np.cumsum(size)))
        first = edges[np.searchsorted(lane_division, np.arange(len(places.DIVISIONS)))]
        last = edges[np.searchsorted(lane_division, np.arange(len(places.DIVISIONS)), side="right")]
        at = first[division] + (rng.random(len(division)) * (last - first)[division]).astype(np.int64)
        lane = np.searchsorted(edges, at, side="right") - 1
        return (self.lanes.start[lane] + at - edges[lane]).astype(np.int32)

    @cached_property
    def _lane_by_address(self) -> np.ndarray:
        """Four bytes an address spare a search for each of some ten questions about it."""
        return np.repeat(np.arange(len(self.lanes.kind), dtype=np.int32), np.diff(self.lanes.start))

    def lane_of(self, address: np.ndarray) -> np.ndarray:
        return self._lane_by_address[address]

    def lane_has_old_name(self, address: np.ndarray) -> np.ndarray:
        return self.lanes.old_name.is_not_null().to_numpy()[self.lane_of(address)]

    def community_of(self, address: np.ndarray) -> np.ndarray:
        return self.lanes.community[self.lane_of(address)]

    def street_of(self, address: np.ndarray) -> np.ndarray:
        return self.community_street[self.community_of(address)]

    def division_of(self, address: np.ndarray) -> np.ndarray:
        return STREET_DIVISION[self.street_of(address)]

    def street_codes(self, address: np.ndarray) -> pl.Series:
        return pick(STREET_CODES, self.street_of(address))

    def community_codes(self, address: np.ndarray) -> pl.Series:
        return self.community_code[self.community_of(address)]

    def division_codes(self, address: np.ndarray) -> pl.Series:
        return pick(places.DIVISIONS, self.division_of(address))

    def address_codes(self, address: np.ndarray) -> pl.Series:
        """Code of the standard address: community (12 digits) and a number that never changes (8)."""
        return self.community_codes(address) + pl.Series(10**8 + address.astype(np.int64)).cast(pl.String).str.slice(1)

    @cached_property
    def _doors(self) -> tuple[np.ndarray, pl.DataFrame]:
        """What stands behind the road's name, for every place in a lane; and where the doors of each lane begin in it.

        Lanes are numbered alike: a few thousand texts serve millions of addresses.
        """
        lanes = self.lanes
        forms = np.stack([lanes.kind == ESTATE, lanes.rooms, lanes.first_number])
        form, form_of = np.unique(forms, axis=1, return_inverse=True)
        size = np.zeros(form.shape[1], dtype=np.int64)
        np.maximum.at(size, form_of, np.diff(lanes.start))
        begin = np.cumsum(size) - size
        is_estate, rooms, first_number = np.repeat(form, size, axis=1)
        building, room = np.divmod(np.arange(size.sum()) - np.repeat(begin, size), rooms)
        return begin[form_of], _door_texts(is_estate == 1, first_number + building, building, room, rooms > 1)

    def _door_of(self, address: np.ndarray) -> np.ndarray:
        lane = self.lane_of(address)
        return self._doors[0][lane] + address - self.lanes.start[lane]

    def parts(self, address: np.ndarray) -> pl.DataFrame:
        """road_name, house_no, building_no, room_no as the police write them; empty parts are null."""
        doors = self._doors[1].select("house_no", "building_no", "room_no")[self._door_of(address)]
        return doors.insert_column(0, self.lanes.name[self.lane_of(address)].alias("road_name"))

    def heads(self, address: np.ndarray) -> pl.Series:
        """Province, city, division and street, as a standard address begins."""
        return pick(STREET_HEADS, self.street_of(address))

    @cached_property
    def _lane_texts(self) -> pl.Series:
        return pick(STREET_HEADS, self.community_street[self.lanes.community]) + self.lanes.name

    def address_texts(self, address: np.ndarray) -> pl.Series:
        """The whole standard address, from the province down to the room."""
        return self._lane_texts[self.lane_of(address)] + self._doors[1]["door"][self._door_of(address)]

    def building_texts(self, address: np.ndarray) -> pl.Series:
        """The address of the building alone, without a room."""
        return self._lane_texts[self.lane_of(address)] + self._doors[1]["building"][self._door_of(address)]

    def points(self, address: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Degrees east and north (CGCS2000, six decimals) of the building in which each address lies."""
        lane = self.lane_of(address)
        box = self.lanes.boxes.take(lane)
        rooms = self.lanes.rooms[lane]
        at = (address - self.lanes.start[lane]) // rooms
        along = (at + 0.5) / np.maximum(-(-np.diff(self.lanes.start)[lane] // rooms), 1)
        across = (at * 7 % 10 + 0.5) / 10
        east = box.west + (box.east - box.west) * along
        return np.round(east, 6), np.round(box.south + (box.north - box.south) * across, 6)


def _door_texts(
    is_estate: np.ndarray, number: np.ndarray, building: np.ndarray, room: np.ndarray, has_room: np.ndarray
) -> pl.DataFrame:
    """house_no, building_no, room_no; these put together without (`building`) and with a room (`door`)."""
    floor = np.where(is_estate, room // 4, room // 2)
    frame = pl.DataFrame(
        {
            "n": pl.Series(number).cast(pl.String),
            "a": pick(["号", "-1号", "号之1", "号甲"], np.where(building % 23 == 22, 1 + building % 3, 0)),
            "u": pl.Series(room % 4 // 2 + 1).cast(pl.String),
            "d": pl.Series((floor + 1) * 100 + room % 2 + 1).cast(pl.String),
            "e": is_estate,
            "r": has_room,
        }
    )
    parts = frame.select(
        pl.when(~pl.col("e")).then(pl.concat_str("n", "a")).alias("house_no"),
        pl.when("e").then(pl.concat_str("n", pl.lit("幢"))).alias("building_no"),
        pl.when(pl.col("e"))
        .then(pl.concat_str("u", pl.lit("单元"), "d", pl.lit("室")))
        .when("r")
        .then(pl.concat_str("d", pl.lit("室")))
        .alias("room_no"),
    )
    building_text = pl.coalesce("house_no", "building_no")
    return parts.with_columns(
        building_text.alias("building"), pl.concat_str(building_text, "room_no", ignore_nulls=True).alias("door")
    )


def make_places(people: int, streams: Streams) -> Places:
    """The places of a city of so many people; the same communities at any size, lanes as many as the addresses need."""
    rng = streams.named("places")
    streets = street_boxes()
    community_street, community_boxes, is_village = communities(rng, streets)
    in_street = np.arange(len(community_street)) - np.searchsorted(community_street, community_street)
    number = np.where(is_village, 200, 0) + in_street + 1
    codes = pick(STREET_CODES, community_street) + pl.Series(1000 + number).cast(pl.String).str.slice(1)
    aim = max(LEAST_ADDRESSES, int(people * ADDRESSES_PER_PERSON))
    lanes = _lanes(rng, aim, community_street, community_boxes, is_village)
    return Places(
        count=int(lanes.start[-1]),
        street_boxes=streets,
        community_street=community_street,
        community_code=codes,
        community_name=place_names.community_names(rng, is_village),
        community_is_village=is_village,
        community_boxes=community_boxes,
        lanes=lanes,
    )


def _lanes(
    rng: np.random.Generator, aim: int, community_street: np.ndarray, ground: Boxes, is_village: np.ndarray
) -> Lanes:
    """Lanes in the order of their addresses, about `aim` addresses; each street has a stretch of a main road."""
    weight = np.array(places.REGISTERED)[STREET_DIVISION] / places.STREET_COUNT[STREET_DIVISION]
    aims = aim * weight / weight.sum()
    per_street = np.clip(np.round(aims / 14), 3, 8 * np.bincount(community_street)).astype(np.int64)
    street = np.repeat(np.arange(len(aims)), per_street)
    place = np.arange(len(street)) - np.repeat(np.cumsum(per_street) - per_street, per_street)
    first_community = np.searchsorted(community_street, np.arange(len(aims)))
    in_street = np.bincount(community_street)[street]
    community = first_community[street] + place * in_street // per_street[street]
    is_rural = is_village[community]
    kind = np.where(rng.random(len(street)) < np.where(is_rural, 0.75, 0.6), np.where(is_rural, VILLAGE, ESTATE), ROAD)
    kind[place == 0] = ROAD
    kind[place == 1] = ESTATE
    rooms = np.where(kind == ESTATE, np.array([8, 12, 24])[weighted(rng, [2, 3, 5], len(kind))], 1)
    rooms = np.where((kind == ROAD) & (rng.random(len(kind)) < 0.5), 4, rooms)
    size = np.maximum(2, (aims / per_street)[street] * (0.6 + 0.8 * rng.random(len(street)))).astype(np.int64)
    number_in_division = street - np.searchsorted(STREET_DIVISION, STREET_DIVISION[street])
    names = _lane_names(rng, kind, STREET_DIVISION[street], place == 0)
    renamed = rng.random(len(kind)) < 0.04
    old = place_names.road_names(rng, len(kind) + 1000).slice(1000)
    old_names = pl.DataFrame({"o": "老" + old, "r": pl.Series(renamed & (kind == ROAD) & (place > 0))})
    return Lanes(
        start=np.concatenate(([0], np.cumsum(size))),
        kind=kind,
        community=community,
        name=names,
        old_name=old_names.select(pl.when("r").then("o").alias("o"))["o"],
        first_number=np.where(place == 0, 1 + 400 * number_in_division, 1),
        rooms=rooms,
        boxes=strips(rng, ground.take(community)),
    )


def _lane_names(rng: np.random.Generator, kind: np.ndarray, division: np.ndarray, is_main: np.ndarray) -> pl.Series:
    by_kind = {
        ESTATE: place_names.estate_names(rng, len(kind)),
        ROAD: place_names.road_names(rng, len(kind)),
        VILLAGE: place_names.village_names(rng, len(kind)),
    }
    at = np.where(is_main, 3, kind)
    frame = pl.DataFrame(
        {"0": by_kind[ESTATE], "1": by_kind[ROAD], "2": by_kind[VILLAGE], "3": pick(place_names.MAIN_ROADS, division)}
    ).with_columns(pl.Series("k", at))
    cases = pl.when(pl.col("k") == 0).then("0").when(pl.col("k") == 1).then("1").when(pl.col("k") == 2).then("2")
    return frame.select(cases.otherwise("3").alias("name"))["name"]
