"""The true places: of which kind each is, where it lies, and in which division and street."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.exports.addresses import own_parcel
from citylake.simulator.exports.divisions import grid_communities
from citylake.simulator.exports.facilities import is_parking_lot, service_point_addresses
from citylake.simulator.files.books import entity_ids
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.facilities import JUNCTIONS
from citylake.simulator.world.place_ground import STREET_CODES, STREET_DIVISION

# What the places base calls the kinds of this world.
_KINDS = {
    "parking_lot": "parking_lot",
    "kitchen": "kitchen",
    "poi": "point_of_interest",
    "resource": "response_resource",
    "sensor": "sensor_device",
    "iot_site": "iot_site",
    "monitoring_site": "monitoring_site",
    "scenic_spot": "scenic_spot",
    "water_works": "water_works",
}


def true_places(world: World) -> pl.DataFrame:
    """One row a true place: true_entity_id (A and its number), place_type, division_code, street_code, and degrees.

    Grids have no point of their own: null. A point of interest that only maps a parking lot is that lot.
    """
    facilities = world.facilities
    frames = [_junctions(world)]
    for kind, name in _KINDS.items():
        sites = facilities.sites[kind]
        rank = np.arange(sites.count)
        rank = rank[~is_parking_lot(rank)] if kind == "poi" else rank
        frames.append(_at(world, name, sites.first + rank, sites.address[rank]))
    building = np.arange(facilities.building_start[-1])
    frames.append(_at_building(world, "building", facilities.first["building"] + building, building))
    parcel = building[own_parcel(building)]
    frames.append(_at_building(world, "parcel", facilities.first["parcel"] + parcel, parcel))
    address = service_point_addresses(world)
    numbers = facilities.first["service_point"] + np.arange(len(address))
    frames.append(_at(world, "service_point", numbers, address))
    frames.append(_in_community(world, "grid", facilities.first["grid"], grid_communities(world)))
    communities = np.arange(len(world.ground.community_street))
    frames.append(_in_community(world, "grid_cell", facilities.first["cell"], communities))
    return pl.concat(frames, how="diagonal")


def _junctions(world: World) -> pl.DataFrame:
    own = ("division_code", "street_code", "longitude", "latitude")
    frame = world.services.junctions.select(*own)
    numbers = world.facilities.first[JUNCTIONS] + np.arange(frame.height)
    return _named("signal_junction", numbers).hstack(frame)


def _named(kind: str, number: np.ndarray) -> pl.DataFrame:
    ids = entity_ids("place", number)
    return pl.DataFrame({"true_entity_id": ids, "place_type": pl.Series([kind]).new_from_index(0, len(number))})


def _at(world: World, kind: str, number: np.ndarray, address: np.ndarray) -> pl.DataFrame:
    east, north = world.ground.points(address)
    codes = [
        world.ground.division_codes(address).alias("division_code"),
        world.ground.street_codes(address).alias("street_code"),
    ]
    return _named(kind, number).with_columns(*codes, longitude=pl.Series(east), latitude=pl.Series(north))


def _at_building(world: World, kind: str, number: np.ndarray, building: np.ndarray) -> pl.DataFrame:
    return _at(world, kind, number, world.facilities.building_address(building, world.ground))


def _in_community(world: World, kind: str, first: int, community: np.ndarray) -> pl.DataFrame:
    street = world.ground.community_street[community]
    return _named(kind, first + np.arange(len(community))).with_columns(
        pick(places.DIVISIONS, STREET_DIVISION[street]).alias("division_code"),
        pick(STREET_CODES, street).alias("street_code"),
    )
