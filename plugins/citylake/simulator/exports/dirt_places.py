"""Dirt of the datasets of places: coordinates in other systems, with and without a word of it, and what clerks write.

A coordinate that lies about its system can be told only where the row says otherwise where it is, so it is put into
rows with an address alone. Every changed pair is marked in both columns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from citylake.simulator.basics import datums
from citylake.simulator.basics.drawing import pick
from citylake.simulator.exports.dirt_entities import emptied
from citylake.simulator.files.marks import ACCEPTED, FLAGGED, LEFT_OUT, REJECTED, REPAIRED
from citylake.simulator.files.spellings import SPELLINGS
from citylake.simulator.files.table import Change, Table, same
from citylake.simulator.world.address_writing import as_written
from citylake.simulator.world.city import World

Move = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
_SYSTEMS: dict[str, Move] = {"gcj02": datums.to_gcj02, "bd09": datums.to_bd09}
# Which map a dataset's points were taken from, where it was not the survey's, and how many of them.
_VENDORS = {
    "market_supervision__kitchen_video_access": ("bd09", 0.3),
    "public_security__signal_junctions": ("bd09", 0.25),
    "public_security__parking_lots": ("gcj02", 0.3),
    "natural_resources__points_of_interest": ("gcj02", 0.2),
    "emergency__response_resources": ("gcj02", 0.1),
    "public_security__standard_addresses": ("gcj02", 0.02),
    "big_data__sensor_devices": ("gcj02", 0.1),
}
# Shares of rows whose pair lies about its system, is swapped, is 0,0, is outside the city, is written with °, ′ and ″.
_LIES, _SWAPPED, _ZERO, _OUTSIDE = 0.012, 0.004, 0.004, 0.002
_DEGREES = {"agriculture__iot_sites": 0.05, "ecology__monitoring_sites": 0.1, "water__works_and_stations": 0.1}


def soil_coordinates(table: Table, world: World, rng: np.random.Generator) -> None:
    """What happens to coordinates, where nothing else happens to the dataset."""
    soil_pairs(table, rng)


def soil_pairs(table: Table, rng: np.random.Generator) -> None:
    dataset = table.layout.dataset
    system, vendor = _VENDORS.get(dataset, ("gcj02", 0.0))
    edges = np.cumsum([0, vendor, _LIES / 2, _LIES / 2, _SWAPPED, _ZERO, _OUTSIDE, _DEGREES.get(dataset, 0.0)])
    draw = rng.random(table.cells.height)
    free = ~table.is_spoilt & ~_touched(table)
    share = [np.flatnonzero((draw >= edges[at]) & (draw < edges[at + 1]) & free) for at in range(7)]
    east, north = (table.frame[name].to_numpy() for name in ("longitude", "latitude"))
    words = pick(
        SPELLINGS["coordinate_system"][system],
        rng.integers(0, len(SPELLINGS["coordinate_system"][system]), len(share[0])),
    )
    _put_pair(table, f"coordinates_{system}_by_label", share[0], *_SYSTEMS[system](east, north), REPAIRED)
    table.put("coordinate_system_named", "coordinate_system", share[0], lambda _: words, ACCEPTED)
    has_address = np.full(len(draw), tells_where(table))
    for at, name in ((1, "gcj02"), (2, "bd09")):
        rows = share[at][has_address[share[at]]]
        _put_pair(table, "coordinates_undeclared_system", rows, *_SYSTEMS[name](east, north), FLAGGED)
        table.put("coordinates_undeclared_system", "coordinate_system", rows, same("CGCS2000"), ACCEPTED)
    _put_pair(table, "coordinates_swapped", share[3], north, east, FLAGGED)
    _put_pair(table, "coordinates_zero", share[4], east * 0, north * 0, FLAGGED)
    _put_pair(table, "coordinates_outside_city", share[5], east + 3, north + 2, FLAGGED)
    for name in ("longitude", "latitude"):
        degrees = _in_degrees(table.frame[name].gather(share[6]))
        table.put("degrees_minutes_seconds", name, share[6], _instead(degrees), REPAIRED)


def tells_where(table: Table) -> bool:
    """Whether the rows of a dataset say by an address where their point should lie."""
    return "address" in table.cells.columns or table.layout.dataset == "big_data__sensor_devices"


def _touched(table: Table) -> np.ndarray:
    """Rows whose coordinates some other dirt has changed already."""
    touched = np.zeros(table.cells.height, dtype=bool)
    for mark in table.marks:
        if mark.rows is not None and mark.column in ("longitude", "latitude", "coordinate_system", "address"):
            touched[mark.rows] = True
    return touched


def _put_pair(table: Table, kind: str, rows: np.ndarray, east: np.ndarray, north: np.ndarray, expected: str) -> None:
    for name, values in (("longitude", east), ("latitude", north)):
        text = pl.Series(np.round(values[rows], 6)).cast(pl.String).str.strip_suffix(".0")
        table.put(kind, name, rows, _instead(text), expected)


def _instead(text: pl.Series) -> Change:
    return lambda _: text


def _in_degrees(values: pl.Series) -> pl.Series:
    """119.974061 as 119°58′26.62″."""
    seconds = (values * 3600).round(2)
    whole, minutes = (seconds // 3600).cast(pl.Int64), (seconds % 3600 // 60).cast(pl.Int64)
    rest = (seconds % 60).round(2)
    return whole.cast(pl.String) + "°" + minutes.cast(pl.String) + "′" + rest.cast(pl.String) + "″"


def soil_addresses(table: Table, world: World, rng: np.random.Generator) -> None:
    """The register itself writes addresses the standard way; a few house numbers became dates in a workbook."""
    soil_pairs(table, rng)
    dated = table.some(rng, 0.02, table.cells["house_no"].str.contains(r"^\d{1,2}-1号$"))
    table.put(
        "house_number_became_date",
        "house_no",
        dated,
        lambda some: some.str.replace(r"^(\d+)-1号$", "${1}月1日"),
        ACCEPTED,
    )


def soil_buildings(table: Table, world: World, rng: np.random.Generator) -> None:
    soil_coordinates(table, world, rng)
    table.put("year_in_words", "completed_year", table.some(rng, 0.003), same("90年代"), LEFT_OUT, "value.has_unit")
    about = table.some(rng, 0.003)
    table.put("approximate", "completed_year", about, same("1990左右"), LEFT_OUT, "value.approximate")


def soil_areas(table: Table, world: World, rng: np.random.Generator) -> None:
    """Days known to the year only."""
    old = table.some(rng, 0.3, table.frame["valid_to_date"].is_not_null())
    dated = table.frame["valid_to_date"].gather(old).dt.strftime("%Y年12月31日")
    table.put("day_of_the_year_only", "valid_to_date", old, _instead(dated), ACCEPTED)


def soil_codes(table: Table, world: World, rng: np.random.Generator) -> None:
    """Codes of twelve digits that a workbook showed as numbers, and names without their ending."""
    is_community = table.frame["area_level_code"] == "community"
    lost = table.some(rng, 0.003, is_community)
    table.put("number_in_scientific_form", "area_code", lost, same("3.20402E+11"), REJECTED, "code.became_number")
    short = table.some(rng, 0.05, is_community)
    table.put("ending_dropped", "area_name", short, lambda v: v.str.replace(r"(社区|村)$", ""), ACCEPTED)


def soil_monitoring(table: Table, world: World, rng: np.random.Generator) -> None:
    """Status and day glued to the name, as in the feeds of the monitoring network."""
    soil_coordinates(table, world, rng)
    stopped = table.some(rng, 0.8, table.frame["valid_to_date"].is_not_null())
    days = table.frame["valid_to_date"].gather(stopped).dt.strftime("(停运%y%m%d)")
    table.put("status_in_name", "place_name", stopped, lambda some: some + days, ACCEPTED)


def soil_works(table: Table, world: World, rng: np.random.Generator) -> None:
    soil_coordinates(table, world, rng)
    table.put(
        "year_in_words", "completed_year", table.some(rng, 0.003), same("1958年扩建1996"), LEFT_OUT, "value.not_integer"
    )


def soil_sensors(table: Table, world: World, rng: np.random.Generator) -> None:
    """Clocks that never were set or run in UTC, identifiers with a zero in front of an arc."""
    address = table.frame["_address"].to_numpy()
    written = as_written(world.ground, table.cells["place_name"], address, rng)
    table.cells = table.cells.with_columns(written.alias("place_name"))
    soil_pairs(table, rng)
    utc = table.some(rng, 0.05)
    moments = table.frame["last_seen_at"].dt.offset_by("-8h").gather(utc).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    table.put("utc_time", "last_seen_at", utc, _instead(moments), REPAIRED)
    table.put("clock_at_zero", "last_seen_at", table.some(rng, 0.01), same("1970-01-01 00:00:00"), ACCEPTED)
    letter = table.some(rng, 0.01)
    table.put("letter_in_arc", "oid", letter, lambda v: v + "A", LEFT_OUT, "oid.arc")
    emptied(table, rng, "oid", 0.02, "oid_missing")
    zero = table.some(rng, 0.01, table.cells["oid"].str.contains(".20009.", literal=True))
    table.put(
        "zero_in_arc", "oid", zero, lambda v: v.str.replace(".20009.", ".020009.", literal=True), LEFT_OUT, "oid.arc"
    )


def _with_zero(values: pl.Series) -> pl.Series:
    return values.str.replace(".20009.", ".020009.", literal=True)


def soil_junctions(table: Table, world: World, rng: np.random.Generator) -> None:
    """The two roads in the other order."""
    soil_pairs(table, rng)
    turned = table.some(rng, 0.05)
    table.put(
        "roads_in_other_order", "place_name", turned, lambda v: v.str.replace(r"^(.+)-(.+)$", "${2}/${1}"), ACCEPTED
    )


def soil_scenic(table: Table, world: World, rng: np.random.Generator) -> None:
    """Grades in the name; missing hours as zero, counters that began anew, manual counts in 万人次, hour 24."""
    soil_pairs(table, rng)
    graded = table.some(rng, 0.1)
    grade = table.frame["spot_grade_code"].gather(graded)
    table.put("grade_in_name", "place_name", graded, lambda some: grade + "景区" + some, ACCEPTED)
    zero = table.some(rng, 0.01)
    table.put("missing_hour_as_zero", "visitors_in_count", zero, same("0"), ACCEPTED)
    # minus nothing is nothing
    anew = np.setdiff1d(table.some(rng, 0.003, table.frame["visitors_in_count"] > 0), zero)
    table.put("counter_began_anew", "visitors_in_count", anew, lambda v: "-" + v, LEFT_OUT, "value.negative")
    manual = table.some(rng, 0.003)
    table.put("unit_in_cell", "visitors_out_count", manual, same("1.2万"), LEFT_OUT, "value.magnitude")
    late = table.some(rng, 0.002)
    days = table.frame["measured_at"].gather(late).dt.strftime("%Y-%m-%d 24:00:00")
    table.put("hour_24", "measured_at", late, _instead(days), REPAIRED)
