"""Divisions with their history, statistical codes, grids and built-up areas: the city cut up by its departments."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.dirt_boundaries import soil_built_up, soil_cells, soil_grids
from citylake.simulator.exports.dirt_places import soil_areas, soil_codes
from citylake.simulator.files.exporting import Export
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.facilities import REAL_PEOPLE
from citylake.simulator.world.place_ground import (
    STREET_CODES,
    STREET_DIVISION,
    STREET_NAMES,
    ZONE_NAME,
    Boxes,
)

# Units that only statisticians count: parks and prisons beside the 58 statutory streets and towns.
PSEUDO_UNITS = (
    ("320412400", "武进经济开发区"),
    ("320412411", "高新区"),
    ("320412412", "西太湖生态休闲区"),
    ("320412413", "太湖旅游度假区"),
    ("320413400", "经济开发区"),
    ("320413401", "茅山旅游度假区"),
    ("320413402", "华罗庚高新区"),
    ("320481400", "常州监狱"),
    ("320481401", "溧阳监狱"),
)
# What a clerk writes for the development zone, which has no national code.
MADE_UP_CODE = "320498"
GRIDS_PER_COMMUNITY = 6  # 5,891 grids in 1,030 communities
_MET_AS_TOWN = ("111", "112", "121", "122", "220")


def _history() -> pl.DataFrame:
    source = files("citylake.simulator").joinpath("data/divisions.csv")
    counties = pl.read_csv(source.read_bytes(), infer_schema=False)
    streets = pl.DataFrame(
        {
            "area_code": STREET_CODES,
            "area_name": STREET_NAMES,
            "area_level_code": ["street"] * len(STREET_CODES),
            "parent_area_code": [code[:6] for code in STREET_CODES],
            "change_type_code": ["established"] * len(STREET_CODES),
            "valid_from": [f"{1999 + int(code[-2:]) % 20}-10-01" for code in STREET_CODES],
        }
    )
    zone = pl.DataFrame(
        {
            "area_code": [MADE_UP_CODE],
            "area_name": [ZONE_NAME],
            "area_level_code": ["county"],
            "parent_area_code": [places.CITY],
            "change_type_code": ["established"],
            "valid_from": ["2015-04-28"],
        }
    )
    return pl.concat([counties, zone, streets], how="diagonal")


HISTORY = _history()


def divisions(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The civil affairs bureau's list of divisions, those that have gone included."""
    frame = HISTORY[rows]
    return frame.with_columns(
        pl.col("valid_from").str.to_date().alias("valid_from_date"),
        pl.col("valid_to").str.to_date().alias("valid_to_date"),
        pl.col("area_km2").cast(pl.Float64),
        (
            "苏政复〔"
            + pl.col("valid_from").str.slice(0, 4)
            + "〕"
            + pl.int_range(10, 10 + pl.len()).cast(pl.String)
            + "号"
        ).alias("document_no"),
        (pl.col("area_name") + "政府驻地").alias("seat_address"),
        (pl.col("area_code") != MADE_UP_CODE).alias("is_statutory"),
    )


def _code_rows(world: World, period: Period) -> np.ndarray:
    return np.arange(len(places.DIVISIONS) + len(STREET_CODES) + len(PSEUDO_UNITS) + len(world.ground.community_street))


def area_codes(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """One yearly edition of the statistical codes: divisions, streets, pseudo-units, communities."""
    ground, year = world.ground, period.end.year
    streets = [*STREET_CODES, *(code for code, _ in PSEUDO_UNITS)]
    above = [*(f"{code}000000" for code in places.DIVISIONS), *(f"{code}000" for code in streets)]
    # A community whose street was merged had another number in the editions before.
    moved = world.facilities.share(np.arange(len(ground.community_street)), 41) < 0.03
    codes = ground.community_code
    if period.end.year < world.schedule.until.year - 1:
        other = codes.str.slice(0, 9) + (codes.str.slice(9).cast(pl.Int64) + 500).cast(pl.String)
        codes = pl.DataFrame({"c": codes, "o": other, "m": moved}).select(pl.when("m").then("o").otherwise("c"))["o"]
    level = ["county"] * len(places.DIVISIONS) + ["street"] * len(streets)
    whole = pl.concat([pl.Series(above), codes])
    towns = pick(_MET_AS_TOWN, np.where(ground.community_is_village, 4, ground.community_street % 4))
    frame = pl.DataFrame(
        {
            "area_code": whole,
            "area_name": [
                *places.DIVISION_NAMES,
                *STREET_NAMES,
                *(name for _, name in PSEUDO_UNITS),
                *ground.community_name,
            ],
            "area_level_code": [*level, *["community"] * len(codes)],
            "urban_rural_code": pl.concat([pl.Series([None] * len(above), dtype=pl.String), towns]),
        }
    )
    is_pseudo = pl.col("area_code").str.slice(0, 9).is_in([code for code, _ in PSEUDO_UNITS])
    is_county, is_community = pl.col("area_level_code") == "county", pl.col("area_level_code") == "community"
    street = pl.col("area_code").str.slice(0, 9)
    return frame[rows].with_columns(
        pl.lit(year).alias("stat_year"),
        pl.when(is_county)
        .then(pl.lit("320400000000"))
        .when(is_community)
        .then(street + "000")
        .otherwise(pl.col("area_code").str.slice(0, 6) + "000000")
        .alias("parent_area_code"),
        pl.when(~is_county).then(street).alias("street_code"),
        pl.when(is_community).then("area_code").alias("community_code"),
        (~is_pseudo).alias("is_statutory"),
    )


def _pieces(world: World) -> int:
    """General grids of a community: as many as there are people for, so that a small city has short files."""
    return int(np.clip(round(GRIDS_PER_COMMUNITY * world.people.count / REAL_PEOPLE), 1, GRIDS_PER_COMMUNITY))


def grid_communities(world: World) -> np.ndarray:
    """The community of each grid: general grids of all communities, then a special one for every tenth of them."""
    every = np.arange(len(world.ground.community_street))
    return np.concatenate([np.repeat(every, _pieces(world)), every[: len(every) // 10] * 10])


def grids(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The grid plan of a quarter; special grids (parks, markets) have no boundary of their own."""
    ground, pieces = world.ground, _pieces(world)
    general = len(ground.community_street) * pieces
    is_special = rows >= general
    community = grid_communities(world)[rows]
    number = np.where(is_special, 900, rows % pieces + 1)
    street = ground.community_street[community]
    boundary = _strips_of(ground.community_boxes.take(community), rows % pieces, pieces).wkt()
    frame = pl.DataFrame(
        {
            "grid_code": ground.community_code.gather(community)
            + pl.Series(1000 + number).cast(pl.String).str.slice(1),
            "grid_name": ground.community_name.gather(community) + "第" + pl.Series(number).cast(pl.String) + "网格",
            "grid_type_code": pick(["general", "special"], is_special.astype(np.int64)),
            "division_code": pick(places.DIVISIONS, STREET_DIVISION[street]),
            "street_code": pick(STREET_CODES, street),
            "community_code": ground.community_code.gather(community),
            "grid_worker_count": 1 + (world.facilities.share(rows, 51) * 3).astype(np.int64),
            "department_name": pick(["综治中心", "市场监管所"], is_special.astype(np.int64)),
            "boundary_wkt": boundary,
            "special": is_special,
            "_place": world.facilities.first["grid"] + rows,
        }
    )
    return frame.with_columns(
        pl.when(~pl.col("special")).then("boundary_wkt").alias("boundary_wkt"),
        pl.lit("cgcs2000").alias("coordinate_system"),
        pl.lit(period.end).alias("version_date"),
        pl.lit("in_use").alias("status"),
    ).drop("special")


def _strips_of(boxes: Boxes, at: np.ndarray, pieces: int) -> Boxes:
    """The at-th of so many strips of each rectangle, from west to east."""
    width = (boxes.east - boxes.west) / pieces
    return Boxes(boxes.west + at * width, boxes.west + (at + 1) * width, boxes.south, boxes.north)


def _cell_rows(world: World, period: Period) -> np.ndarray:
    """The communities of streets proper (街道): where the city is built up."""
    is_urban = np.array([name.endswith("街道") for name in STREET_NAMES])
    return np.flatnonzero(is_urban[world.ground.community_street])


def cells(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The cells of the urban-management grid in the version of a year."""
    ground = world.ground
    street = ground.community_street[rows]
    box = ground.community_boxes.take(rows)
    metres = (box.east - box.west) * 94_600 * (box.north - box.south) * 110_900
    return pl.DataFrame(
        {
            "cell_code": ground.community_code.gather(rows) + "01",
            "area_m2": np.round(metres, 1),
            "division_code": pick(places.DIVISIONS, STREET_DIVISION[street]),
            "street_code": pick(STREET_CODES, street),
            "community_code": ground.community_code.gather(rows),
            "department_name": pick(STREET_NAMES, street) + "综合行政执法局",
            "boundary_wkt": box.wkt(),
            "_place": world.facilities.first["cell"] + rows,
        }
    ).with_columns(
        pl.lit(True).alias("is_enabled"),
        pl.lit(period.end).alias("version_date"),
        pl.lit("cgcs2000").alias("coordinate_system"),
    )


def built_up_areas(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The built-up area of each division in a year: what its streets proper (街道) cover."""
    is_urban = np.array([name.endswith("街道") for name in STREET_NAMES])
    streets = [np.flatnonzero(is_urban & (at == STREET_DIVISION)) for at in rows]
    box = world.ground.street_boxes
    hull = Boxes(
        np.array([box.west[some].min() for some in streets]),
        np.array([box.east[some].max() for some in streets]),
        np.array([box.south[some].min() for some in streets]),
        np.array([box.north[some].max() for some in streets]),
    )
    growth = 1 + 0.01 * (period.end.year - 2020)
    return pl.DataFrame(
        {
            "division_code": pick(places.DIVISIONS, rows),
            "division_name": pick(places.DIVISION_NAMES, rows),
            "area_km2": np.round(np.array([60.0, 55, 70, 65, 30, 28])[rows] * growth, 2),
            "boundary_wkt": hull.wkt(),
        }
    ).with_columns(
        pl.lit(period.end.year).alias("stat_year"),
        pl.lit("cgcs2000").alias("coordinate_system"),
        pl.lit("年度变更调查").alias("source_code"),
        pl.lit("年鉴").alias("vintage"),
        pl.lit(period.end).alias("version_date"),
    )


EXPORTS: list[Export] = [
    Export("civil_affairs__administrative_divisions", lambda *_: np.arange(HISTORY.height), divisions, soil=soil_areas),
    Export("statistics__street_community_codes", _code_rows, area_codes, soil=soil_codes, history=2),
    Export("political_legal__grids", lambda world, _: np.arange(len(grid_communities(world))), grids, soil=soil_grids),
    Export("urban_management__grid_cells", _cell_rows, cells, soil=soil_cells),
    Export(
        "natural_resources__built_up_areas",
        lambda *_: np.arange(len(places.DIVISIONS)),
        built_up_areas,
        soil=soil_built_up,
        history=2,
    ),
]
