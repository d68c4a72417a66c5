"""Standard addresses, buildings and parcels: they follow from the address indices and are never held in memory."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.dirt_boundaries import soil_parcels
from citylake.simulator.exports.dirt_places import soil_addresses, soil_buildings
from citylake.simulator.files.exporting import Export
from citylake.simulator.world.city import World
from citylake.simulator.world.facilities import BUILDINGS_PER_PARCEL
from citylake.simulator.world.owners import owner_codes, owner_names
from citylake.simulator.world.place_ground import Boxes
from citylake.simulator.world.places import ESTATE, ROAD, VILLAGE

_USES = ("residential", "commercial", "industrial", "public")
_STRUCTURES = ("钢筋混凝土结构", "砖混结构", "钢结构", "砖木结构")
_HALF_PARCEL = 0.00012  # degrees: parcels are squares of about 25 m


def _days(world: World, index: np.ndarray, salt: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of change of each thing: 4 % came within the stretch, 6 % were changed in it."""
    first, until = day(world.schedule.first_day), day(world.schedule.until)
    long_ago, draw = day(date(2006, 1, 1)), world.facilities.share(index, salt)
    before = long_ago + world.facilities.share(index, salt + 1) * (first - long_ago)
    made = np.where(draw < 0.04, until - draw / 0.04 * (until - first), before)
    again = world.facilities.share(index, salt + 2)
    changed = np.where(again < 0.06, until - again / 0.06 * (until - first), made)
    return made.astype(np.int64), np.maximum(made, changed).astype(np.int64)


def _changed_in(world: World, period: Period, index: np.ndarray, salt: int) -> np.ndarray:
    changed = _days(world, index, salt)[1]
    return index[(changed >= day(period.begin)) & (changed <= day(period.end))]


def _old_names(world: World) -> np.ndarray:
    """Addresses of roads that were renamed: they stand in the register once more, under the old name."""
    lanes = world.ground.lanes
    renamed = np.flatnonzero(lanes.old_name.is_not_null().to_numpy())
    if len(renamed) == 0:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([np.arange(lanes.start[at], lanes.start[at + 1]) for at in renamed])


def _address_rows(world: World, period: Period) -> np.ndarray:
    """Addresses of the register's increment; beyond `ground.count` those under an old road name."""
    now = np.arange(world.ground.count)
    every = np.concatenate([now, world.ground.count + _old_names(world)])
    return _changed_in(world, period, every, 11)


def standard_addresses(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The police's register of standard addresses."""
    ground = world.ground
    is_old = rows >= ground.count
    address = np.where(is_old, rows - ground.count, rows)
    made, changed = _days(world, rows, 11)
    parts = ground.parts(address).with_columns(
        pl.Series("old", is_old), ground.lanes.old_name.gather(ground.lane_of(address)).alias("old_name")
    )
    parts = parts.with_columns(pl.when("old").then("old_name").otherwise("road_name").alias("road_name"))
    codes = ground.address_codes(address)
    east, north = ground.points(address)
    return parts.select(
        pl.when("old").then(codes.str.slice(0, 12) + "9" + codes.str.slice(13)).otherwise(codes).alias("address_code"),
        pl.concat_str(
            ground.heads(address), "road_name", "house_no", "building_no", "room_no", ignore_nulls=True
        ).alias("address"),
        ground.division_codes(address).alias("division_code"),
        ground.street_codes(address).alias("street_code"),
        ground.community_codes(address).alias("community_code"),
        "road_name",
        "house_no",
        "building_no",
        "room_no",
        pl.lit(pl.Series(east)).alias("longitude"),
        pl.lit(pl.Series(north)).alias("latitude"),
        pl.lit("cgcs2000").alias("coordinate_system"),
        dates(made).alias("issued_date"),
        pl.when("old").then(pl.lit("historical")).otherwise(pl.lit("active")).alias("status"),
        moments(changed * 86400 + 36000).alias("updated_at"),
    )


def _building_rows(world: World, period: Period) -> np.ndarray:
    return _changed_in(world, period, np.arange(world.facilities.building_start[-1]), 21)


def buildings(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The housing office's increment of buildings."""
    ground, facilities = world.ground, world.facilities
    address = facilities.building_address(rows, ground)
    kind = ground.lanes.kind[ground.lane_of(address)]
    made, changed = _days(world, rows, 21)
    use = np.where(kind == ROAD, np.minimum((world.facilities.share(rows, 3) * 4).astype(np.int64), 3), 0)
    floors = np.where(
        kind == ESTATE,
        6 + (world.facilities.share(rows, 4) * 27).astype(np.int64),
        2 + (world.facilities.share(rows, 4) * 5).astype(np.int64),
    )
    east, north = ground.points(address)
    name = ground.parts(address).select(pl.concat_str("road_name", "house_no", "building_no", ignore_nulls=True))
    is_rural = pl.Series((kind == VILLAGE) & (world.facilities.share(rows, 5) < 0.5))
    return pl.DataFrame(
        {
            "building_code": pl.Series(32040000000000 + rows).cast(pl.String),
            "place_name": name.to_series(),
            "address": ground.building_texts(address),
            "address_code": ground.address_codes(address),
            "parcel_code": _parcel_codes(world, rows),
            "community_code": ground.community_codes(address),
            "use_code": pick(_USES, use),
            "structure_code": pick(_STRUCTURES, np.where(kind == VILLAGE, 3, np.where(use == 2, 2, floors % 2))),
            "floor_count": floors,
            "floor_area_m2": np.round(120.0 * floors * (1 + world.facilities.share(rows, 6)), 2),
            "completed_year": made.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - 3,
            "longitude": east,
            "latitude": north,
            "coordinate_system": pl.Series(["cgcs2000"]).new_from_index(0, len(rows)),
            "status": pick(["in_use", "closed"], (world.facilities.share(rows, 7) < 0.01).astype(np.int64)),
            "updated_at": moments(changed * 86400 + 40000),
            "_place": facilities.first["building"] + rows,
            "_address": address,
        }
    ).with_columns(pl.when(~is_rural).then("address_code").alias("address_code"))


def own_parcel(building: np.ndarray) -> np.ndarray:
    """Whether a building stands on a parcel of its own; the others share the one of the building before."""
    return building % BUILDINGS_PER_PARCEL != BUILDINGS_PER_PARCEL - 1


def _parcel_codes(world: World, building: np.ndarray) -> pl.Series:
    """19 characters as in the cadastre: street, cadastral block, GB and a number; neighbours share one now and then."""
    parcel = building - ~own_parcel(building)
    street = world.ground.street_codes(world.facilities.building_address(parcel, world.ground))
    return street + "001GB" + pl.Series(10**7 + parcel % 10**7).cast(pl.String).str.slice(1)


def _parcel_rows(world: World, period: Period) -> np.ndarray:
    building = np.arange(world.facilities.building_start[-1])
    return _changed_in(world, period, building[own_parcel(building)], 31)


def parcels(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The cadastre's increment: a parcel is the ground of one building, or of two."""
    ground, facilities = world.ground, world.facilities
    address = facilities.building_address(rows, ground)
    kind = ground.lanes.kind[ground.lane_of(address)]
    made, changed = _days(world, rows, 31)
    east, north = ground.points(address)
    square = Boxes(east - _HALF_PARCEL, east + _HALF_PARCEL, north - _HALF_PARCEL, north + _HALF_PARCEL)
    firm = np.where(kind == ROAD, world.facilities.share(rows, 8) * world.enterprises.firms, -1).astype(np.int64)
    codes = _parcel_codes(world, rows)
    year = pl.Series(made.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970).cast(pl.String)
    serial = pl.Series(10**7 + rows % 10**7).cast(pl.String).str.slice(1)
    return pl.DataFrame(
        {
            "parcel_code": codes,
            "address": ground.building_texts(address),
            "division_code": ground.division_codes(address),
            "street_code": ground.street_codes(address),
            "holder_name": owner_names(world, firm),
            "uscc": owner_codes(world, firm),
            "certificate_no": "苏(" + year + ")常州市不动产权第" + serial + "号",
            "right_type_code": pick(
                ["国有建设用地使用权", "宅基地使用权", "集体土地所有权"], np.where(kind == VILLAGE, 1, 0)
            ),
            "land_use_code": pick(
                ["0701", "05H1", "0601", "0702"], np.where(kind == ROAD, 1, np.where(kind == VILLAGE, 3, 0))
            ),
            "area_m2": np.round(400.0 + 800 * world.facilities.share(rows, 9), 2),
            "valid_to_date": dates(np.where(kind == VILLAGE, NO_DAY, made + 70 * 365)),
            "boundary_wkt": square.wkt(),
            "coordinate_system": pl.Series(["cgcs2000"]).new_from_index(0, len(rows)),
            "registered_date": dates(made),
            "status": pick(["in_use", "closed"], (world.facilities.share(rows, 10) < 0.01).astype(np.int64)),
            "updated_at": moments(changed * 86400 + 43000),
            "_place": facilities.first["parcel"] + rows,
            "_address": address,
        }
    )


EXPORTS: list[Export] = [
    Export("public_security__standard_addresses", _address_rows, standard_addresses, soil=soil_addresses),
    Export("housing__buildings", _building_rows, buildings, soil=soil_buildings),
    Export("natural_resources__parcels", _parcel_rows, parcels, soil=soil_parcels),
]
