"""Facilities at addresses: parking lots, kitchens, points of interest, service points, emergency resources."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.dirt_facilities import soil_kitchens, soil_parking, soil_resources, soil_service_points
from citylake.simulator.exports.dirt_places import soil_coordinates
from citylake.simulator.files.exporting import Export
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.facilities import Sites
from citylake.simulator.world.owners import owner_codes, owner_names
from citylake.simulator.world.place_ground import STREET_CODES, STREET_DIVISION, STREET_NAMES

_LOT_TYPES = ("roadside", "pavement", "commercial", "residential", "unit")
_POI_TYPES = ("超市", "药店", "银行网点", "中小学", "幼儿园", "社区卫生服务站", "餐饮店", "公园", "公共厕所", "菜市场")
_KITCHENS = ("学校食堂", "单位食堂", "餐饮店", "中央厨房")
_RESOURCES = ("team", "supplies", "shelter")
# One point of interest in twenty is a parking lot that the police know too.
_LOT_AMONG_POIS = 20


def standing(kind: str) -> Callable[[World, Period], np.ndarray]:
    """The rows of a full list: every site of a kind opened by the end of the period."""
    return lambda world, period: world.facilities.sites[kind].standing(period.end)


def located(world: World, sites: Sites, rows: np.ndarray) -> dict[str, pl.Series | np.ndarray]:
    """Codes, coordinates and links that every list of sites has."""
    address = sites.address[rows]
    east, north = world.ground.points(address)
    return {
        "division_code": world.ground.division_codes(address),
        "street_code": world.ground.street_codes(address),
        "community_code": world.ground.community_codes(address),
        "longitude": east,
        "latitude": north,
        "coordinate_system": pl.Series(["cgcs2000"]).new_from_index(0, len(rows)),
        "_place": sites.first + rows,
    }


def stated(sites: Sites, period: Period, rows: np.ndarray) -> dict[str, pl.Series]:
    """Status and moment of change as they were on the last day of the period."""
    is_closed = (sites.closed[rows] > 0) & (sites.closed[rows] <= day(period.end))
    changed = np.minimum(sites.changed[rows], day(period.end))
    return {
        "status": pick(["in_use", "closed"], is_closed.astype(np.int64)),
        "updated_at": moments(changed * 86400 + 45000),
    }


def serial(prefix: str, rows: np.ndarray, digits: int = 6) -> pl.Series:
    return prefix + pl.Series(10**digits + rows).cast(pl.String).str.slice(1)


def lot_names(world: World, rows: np.ndarray) -> pl.Series:
    """Named after the road and number at which a lot lies."""
    sites = world.facilities.sites["parking_lot"]
    parts = world.ground.parts(sites.address[rows])
    return parts.select(pl.concat_str("road_name", "house_no", pl.lit("停车场"), ignore_nulls=True)).to_series()


def parking_lots(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The police's list of parking lots."""
    sites = world.facilities.sites["parking_lot"]
    kind = sites.sort[rows] % len(_LOT_TYPES)
    joined = np.where(
        (world.facilities.share(rows, 61) < 0.6) & (sites.opened[rows] + 60 <= day(period.end)),
        sites.opened[rows] + 60,
        0,
    )
    return pl.DataFrame(
        {
            "parking_lot_id": serial("CZP", rows),
            "place_name": lot_names(world, rows),
            "lot_type_code": pick(_LOT_TYPES, kind),
            "is_public": kind < 3,
            "uscc": owner_codes(world, sites.firm[rows]),
            "entity_name": owner_names(world, sites.firm[rows]),
            "address": world.ground.building_texts(sites.address[rows]),
            "berth_count": 20 + sites.sort[rows] % 400,
            "connected_date": dates(joined),
            "_address": sites.address[rows],
            **located(world, sites, rows),
            **stated(sites, period, rows),
        }
    )


def kitchens(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Kitchens that show what they do by video."""
    sites = world.facilities.sites["kitchen"]
    kind = sites.sort[rows] % len(_KITCHENS)
    firm = np.maximum(sites.firm[rows], 0)
    return pl.DataFrame(
        {
            "site_code": serial("MCLZ", rows),
            "certificate_no": serial("JY132040", rows * 7 + 10**7, 8),
            "uscc": owner_codes(world, firm),
            "entity_name": owner_names(world, firm),
            "site_type_code": pick(_KITCHENS, kind),
            "address": world.ground.building_texts(sites.address[rows]),
            "camera_count": 1 + sites.sort[rows] % 8,
            "connected_date": dates(sites.opened[rows]),
            "last_seen_at": moments(np.full(len(rows), day(period.end)) * 86400 + sites.sort[rows] * 60),
            "online_pct": np.round(80 + sites.sort[rows] % 200 / 10, 1),
            "_address": sites.address[rows],
            **located(world, sites, rows),
            **stated(sites, period, rows),
        }
    )


def is_parking_lot(rows: np.ndarray) -> np.ndarray:
    """Which points of interest are parking lots that the police list."""
    return rows % _LOT_AMONG_POIS == 0


def points_of_interest(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The surveyors' points; one in twenty is a parking lot of the police's list, under the same name."""
    sites, lots = world.facilities.sites["poi"], world.facilities.sites["parking_lot"]
    is_lot = is_parking_lot(rows)
    lot = rows // _LOT_AMONG_POIS % lots.count
    address = np.where(is_lot, lots.address[lot], sites.address[rows])
    kind = sites.sort[rows] % len(_POI_TYPES)
    parts = world.ground.parts(address).select("road_name", "house_no")
    own = parts.select(pl.concat_str("road_name", "house_no", ignore_nulls=True)).to_series() + pick(_POI_TYPES, kind)
    east, north = world.ground.points(address)
    names = pl.DataFrame({"o": own, "l": lot_names(world, lot), "k": is_lot, "t": pick(_POI_TYPES, kind)})
    return pl.DataFrame(
        {
            "poi_id": serial("POI", rows, 8),
            "place_name": names.select(pl.when("k").then("l").otherwise("o"))["l"],
            "category_code": names.select(pl.when("k").then(pl.lit("停车场")).otherwise("t").alias("c"))["c"],
            "uscc": owner_codes(world, np.where(is_lot, -1, sites.firm[rows])),
            "address": world.ground.building_texts(address),
            "division_code": world.ground.division_codes(address),
            "street_code": world.ground.street_codes(address),
            "longitude": east,
            "latitude": north,
            "coordinate_system": pl.Series(["cgcs2000"]).new_from_index(0, len(rows)),
            "_place": np.where(is_lot, lots.first + lot, sites.first + rows),
            "_address": address,
            **stated(sites, period, rows),
        }
    )


def _service_places(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level (0 city, 1 division, 2 street, 3 community), street and community of every service point."""
    ground, streets, above = world.ground, len(STREET_CODES), 1 + len(places.DIVISIONS)
    rows = np.arange(above + streets + len(ground.community_street))
    level = np.digitize(rows, [1, above, above + streets])
    community = np.where(level == 3, rows - above - streets, 0)
    first_of_division = places.STREET_START[np.clip(rows - 1, 0, len(places.DIVISIONS) - 1)]
    of_level = [ground.community_street[community], np.minimum(rows - above, streets - 1), first_of_division]
    return level, np.select([level == 3, level == 2, level == 1], of_level, 0), community


def service_point_addresses(world: World) -> np.ndarray:
    """Where each stands: in its community if that has a road, else at the first road of its street."""
    level, street, community = _service_places(world)
    lanes = world.ground.lanes
    lane_street = world.ground.community_street[lanes.community]
    own = np.minimum(np.searchsorted(lanes.community, community), len(lanes.community) - 1)
    is_own = (level == 3) & (lanes.community[own] == community)
    return lanes.start[np.where(is_own, own, np.searchsorted(lane_street, street))].astype(np.int32)


def service_points(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The labour bureau's windows: the city, its divisions, its streets, and one in each community."""
    ground = world.ground
    level, street, community = (one[rows] for one in _service_places(world))
    address = service_point_addresses(world)[rows]
    codes = {"c": places.CITY, "n": "常州市"}
    frame = pl.DataFrame(
        {
            "level": level,
            "division": pick(places.DIVISIONS, STREET_DIVISION[street]),
            "division_name": pick(places.DIVISION_NAMES, STREET_DIVISION[street]),
            "street": pick(STREET_CODES, street),
            "street_name": pick(STREET_NAMES, street),
            "community": ground.community_code.gather(community),
            "community_name": ground.community_name.gather(community),
        }
    )

    def by_level(*choices: str | pl.Expr) -> pl.Expr:
        cases = pl.when(pl.col("level") == 0).then(choices[0]).when(pl.col("level") == 1).then(choices[1])
        return cases.when(pl.col("level") == 2).then(choices[2]).otherwise(choices[3])

    joins = day(world.schedule.first_day) - 60 - (world.facilities.share(rows, 72) * 2000).astype(np.int64)
    joined = np.where(world.facilities.share(rows, 71) < 0.97, joins, NO_DAY)
    return frame.select(
        serial("RS", rows).alias("service_point_id"),
        (by_level(pl.lit(codes["n"]), "division_name", "street_name", "community_name") + "人社服务窗口").alias(
            "place_name"
        ),
        by_level(pl.lit("市"), pl.lit("区"), pl.lit("镇街"), pl.lit("社区")).alias("level_code"),
        by_level(pl.lit(codes["c"]), "division", "street", "community").alias("area_code"),
        by_level(pl.lit(codes["c"]), "division", "division", "division").alias("division_code"),
        pl.lit(ground.building_texts(address)).alias("address"),
        pl.lit(pl.Series(joined > 0)).alias("is_connected"),
        pl.lit(dates(joined)).alias("connected_date"),
        pl.lit(pl.Series(np.array([10.0, 20, 50, 100])[rows % 4])).alias("access_bandwidth_mbps"),
        pl.lit("in_use").alias("status"),
        pl.lit(moments(np.full(len(rows), day(period.end) - 20) * 86400 + 36000)).alias("updated_at"),
        pl.lit(pl.Series(world.facilities.first["service_point"] + rows)).alias("_place"),
        pl.lit(pl.Series(address)).alias("_address"),
    )


def response_resources(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Teams, supplies and shelters of the emergency bureau."""
    sites, people = world.facilities.sites["resource"], world.people
    kind = sites.sort[rows] % len(_RESOURCES)
    contact = (world.facilities.share(rows, 81) * people.count).astype(np.int64)
    lane = world.ground.lane_of(sites.address[rows])
    what = pick(["应急救援队", "物资储备点", "避难场所"], kind)
    return pl.DataFrame(
        {
            "response_resource_id": serial("YJ", rows),
            "response_resource_type_code": pick(_RESOURCES, kind),
            "response_resource_name": world.ground.lanes.name.gather(lane) + what,
            "entity_name": owner_names(world, sites.firm[rows]),
            "uscc": owner_codes(world, sites.firm[rows]),
            "address": world.ground.building_texts(sites.address[rows]),
            "quantity": (10 + sites.sort[rows] % 90).astype(float),
            "unit": pick(["人", "件", "平方米"], kind),
            "capacity_persons": np.where(kind == 2, 200 + sites.sort[rows], 0),
            "person_name": people.names(contact),
            "phone": people.phones(contact),
            "_address": sites.address[rows],
            **located(world, sites, rows),
            **stated(sites, period, rows),
        }
    )


EXPORTS: list[Export] = [
    Export("public_security__parking_lots", standing("parking_lot"), parking_lots, soil=soil_parking),
    Export("market_supervision__kitchen_video_access", standing("kitchen"), kitchens, soil=soil_kitchens),
    Export("natural_resources__points_of_interest", standing("poi"), points_of_interest, soil=soil_coordinates),
    Export(
        "human_resources__service_points",
        lambda world, _: np.arange(len(service_point_addresses(world))),
        service_points,
        soil=soil_service_points,
    ),
    Export("emergency__response_resources", standing("resource"), response_resources, soil=soil_resources),
]
