"""Devices and stations in the open: sensors, farm sites, monitoring sites, hydraulic works, scenic spots."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import LONG_AGO, Period
from citylake.simulator.exports.dirt_facilities import soil_iot_sites
from citylake.simulator.exports.dirt_places import (
    soil_junctions,
    soil_monitoring,
    soil_scenic,
    soil_sensors,
    soil_works,
)
from citylake.simulator.exports.facilities import located, serial, standing, stated
from citylake.simulator.files.exporting import Export
from citylake.simulator.world.city import World
from citylake.simulator.world.owners import owner_codes, owner_names

_DEVICES = ("摄像机", "水位计", "烟感", "井盖传感器", "空气微站", "路灯控制器")
_DEPARTMENTS = ("CG", "SL", "XF", "CG", "HB", "CG")
_FARMS = ("农业物联网示范点", "益农信息社", "设施大棚")
_MEDIA = ("air", "surface_water", "noise")
_WORKS = ("reservoir", "sluice", "pumping_station", "dike", "water_level", "rain")
_WORKS_WORDS = ("水库", "水闸", "泵站", "堤防", "水位站", "雨量站")
_RIVERS = ("京杭大运河", "新孟河", "德胜河", "澡港河", "武宜运河", "丹金溧漕河", "太湖", "滆湖", "长荡湖")
_SPOTS = ("春秋淹城", "环球恐龙城", "天目湖", "茅山", "南山竹海", "东坡公园", "红梅公园", "天宁寺", "青果巷", "西太湖")


def _roads(world: World, address: np.ndarray) -> pl.Series:
    return world.ground.lanes.name.gather(world.ground.lane_of(address))


def _sensor_rows(world: World, period: Period) -> np.ndarray:
    changed = world.facilities.sites["sensor"].changed
    return np.flatnonzero((changed >= day(period.begin)) & (changed <= day(period.end)))


def sensors(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The big-data centre's weekly increment of devices; where one hangs is written as an address."""
    sites = world.facilities.sites["sensor"]
    kind = sites.sort[rows] % len(_DEVICES)
    return pl.DataFrame(
        {
            "device_id": pick(_DEPARTMENTS, kind) + serial("-", rows, 7),
            "oid": "1.2.156.20009." + pl.Series(kind + 1).cast(pl.String) + "." + pl.Series(rows + 1).cast(pl.String),
            "device_type_code": pick(_DEVICES, kind),
            "department_code": pick(_DEPARTMENTS, kind),
            "place_name": world.ground.building_texts(sites.address[rows]),
            "installed_date": dates(sites.opened[rows]),
            "is_connected": world.facilities.share(rows, 91) < 0.93,
            "last_seen_at": moments(day(period.end) * 86400 + sites.sort[rows] * 80),
            "_address": sites.address[rows],
            **located(world, sites, rows),
            **stated(sites, period, rows),
        }
    )


def iot_sites(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Farms with sensors and the information stations of villages."""
    sites = world.facilities.sites["iot_site"]
    kind = sites.sort[rows] % len(_FARMS)
    area = np.round(20 + sites.sort[rows] / 4, 1)
    return pl.DataFrame(
        {
            "site_code": serial("NY", rows),
            "place_name": _roads(world, sites.address[rows]) + pick(_FARMS, kind),
            "site_type_code": pick(_FARMS, kind),
            "uscc": owner_codes(world, sites.firm[rows]),
            "entity_name": owner_names(world, sites.firm[rows]),
            "facility_area_m2": np.where(kind == 1, 0.0, area),
            "iot_area_m2": np.where(kind == 1, 0.0, np.round(area * world.facilities.share(rows, 95), 1)),
            "built_date": dates(sites.opened[rows]),
            "is_online": world.facilities.share(rows, 96) < 0.9,
            "last_seen_at": moments(day(period.end) * 86400 + sites.sort[rows] * 80),
            **located(world, sites, rows),
        }
    )


def monitoring_sites(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The environment bureau's sites, each with the day it began and, for some, the day it stopped."""
    sites = world.facilities.sites["monitoring_site"]
    kind = sites.sort[rows] % len(_MEDIA)
    closed = np.where(sites.closed[rows] <= day(period.end), sites.closed[rows], NO_DAY)
    return pl.DataFrame(
        {
            "site_code": serial("320400A", rows, 4),
            "place_name": _roads(world, sites.address[rows]) + pick(["空气站", "断面", "噪声点"], kind),
            "medium_code": pick(_MEDIA, kind),
            "site_level_code": pick(["国控", "省控", "市控"], sites.sort[rows] // 3 % 3),
            "is_automatic": kind < 2,
            "valid_from_date": dates(sites.opened[rows]),
            "valid_to_date": dates(closed),
            **located(world, sites, rows),
            **stated(sites, period, rows),
        }
    )


def works(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Hydraulic works and gauging stations of the water bureau."""
    sites = world.facilities.sites["water_works"]
    kind = sites.sort[rows] % len(_WORKS)
    years = sites.opened[rows].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return pl.DataFrame(
        {
            "works_code": serial("0320400", rows, 5),
            "place_name": _roads(world, sites.address[rows]) + pick(_WORKS_WORDS, kind),
            "works_type_code": pick(_WORKS, kind),
            "river_name": pick(_RIVERS, sites.sort[rows] % len(_RIVERS)),
            "entity_name": "常州市" + pick(_RIVERS, sites.sort[rows] % len(_RIVERS)) + "管理处",
            "elevation_datum_code": pick(
                ["1985国家高程基准", "吴淞高程"], (world.facilities.share(rows, 97) < 0.4).astype(np.int64)
            ),
            "warning_level_m": np.round(3.5 + sites.sort[rows] % 20 / 10, 2),
            "completed_year": years,
            **located(world, sites, rows),
            **stated(sites, period, rows),
        }
    ).with_columns(pl.when(pl.Series(kind >= 4)).then("warning_level_m").alias("warning_level_m"))


_SOURCES = ("gate", "signal")
_OPENING_HOURS = range(8, 18)
_FIRST_DAYS = 3  # the first file of visitors holds the last days of the months before


def _visitor_rows(world: World, period: Period) -> np.ndarray:
    """Spot, day, hour and source packed into one number, in the order of time."""
    begin = max(period.begin, period.end - timedelta(days=_FIRST_DAYS)) if period.begin == LONG_AGO else period.begin
    days = np.arange(day(begin), day(period.end) + 1)
    spots = np.arange(world.facilities.sites["scenic_spot"].count)
    grid = np.meshgrid(days, np.array(_OPENING_HOURS), spots, np.arange(len(_SOURCES)), indexing="ij")
    at, hour, spot, source = (one.ravel() for one in grid)
    return ((at * 24 + hour) * 1000 + spot) * len(_SOURCES) + source


def visitors(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Visitors of each hour; the count from phone signals is another than that of the gates."""
    sites = world.facilities.sites["scenic_spot"]
    moment, source = np.divmod(rows, len(_SOURCES))
    hours, spot = np.divmod(moment, 1000)
    base = 50 + sites.sort[spot] + (world.facilities.share(rows // len(_SOURCES), 98) * 400).astype(np.int64)
    came = np.where(source == 1, base * 3 // 2, base)
    names = pick([*_SPOTS, *(f"{name}北区" for name in _SPOTS), *(f"{name}南区" for name in _SPOTS)], spot % 30)
    return pl.DataFrame(
        {
            "spot_id": serial("JQ", spot, 4),
            "place_name": names,
            "spot_grade_code": pick(["5A", "4A", "3A"], sites.sort[spot] % 3),
            "measured_at": moments(hours * 3600),
            "source_code": pick(_SOURCES, source),
            "visitors_in_count": came,
            "visitors_out_count": came * 9 // 10,
            "visitors_present_count": came * 3,
            "capacity_persons": 20_000 + sites.sort[spot] * 10,
            "ticket_revenue_cny": np.where(source == 0, came * 60.0, np.nan),
            **located(world, sites, spot),
        }
    ).with_columns(pl.col("ticket_revenue_cny").fill_nan(None))


def junctions(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Junctions on the last day of the month."""
    joined, gone = (
        pl.when(pl.col(name) <= period.end).then(pl.col(name)) for name in ("connected_date", "stopped_date")
    )
    return world.services.junctions[rows].with_columns(
        joined.alias("connected_date"),
        joined.is_not_null().alias("is_networked"),
        (joined.is_not_null() & pl.col("has_joint_control")).alias("is_jointly_controlled"),
        pl.when(gone.is_not_null()).then("stop_status").otherwise(pl.lit("in_use")).alias("status"),
        pl.lit("cgcs2000").alias("coordinate_system"),
        pl.coalesce(gone, joined, pl.date(2021, 3, 1)).cast(pl.Datetime("us")).dt.offset_by("11h").alias("updated_at"),
    )


EXPORTS: list[Export] = [
    Export("big_data__sensor_devices", _sensor_rows, sensors, soil=soil_sensors),
    Export(
        "public_security__signal_junctions",
        lambda world, _: np.arange(world.services.junctions.height),
        junctions,
        soil=soil_junctions,
    ),
    Export("agriculture__iot_sites", standing("iot_site"), iot_sites, soil=soil_iot_sites),
    Export("ecology__monitoring_sites", standing("monitoring_site"), monitoring_sites, soil=soil_monitoring),
    Export("water__works_and_stations", standing("water_works"), works, soil=soil_works),
    Export("culture_tourism__scenic_spot_visitors", _visitor_rows, visitors, soil=soil_scenic),
]
