"""Dirt of the lists of facilities: counts with a unit or about so many, rates as fractions, days as serial numbers."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.exports.dirt_places import soil_coordinates
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REPAIRED
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World

_FIRST_SERIAL = -25_569  # 1899-12-30 in days since 1970: a spreadsheet counts from there


def soil_resources(table: Table, world: World, rng: np.random.Generator) -> None:
    """Units inside quantities, two telephones in one cell."""
    soil_coordinates(table, world, rng)
    counted = table.some(rng, 0.03, table.cells["quantity"].is_not_null())
    table.put("unit_in_cell", "quantity", counted, lambda v: v + "顶", LEFT_OUT, "value.has_unit")
    table.put(
        "two_phones",
        "phone",
        table.some(rng, 0.03, table.cells["phone"].is_not_null()),
        lambda v: v + "、" + v,
        ACCEPTED,
    )


def soil_parking(table: Table, world: World, rng: np.random.Generator) -> None:
    """Berths about so many, or as a sum."""
    soil_coordinates(table, world, rng)
    about = table.some(rng, 0.02)
    table.put("approximate", "berth_count", about, lambda v: "约" + v, LEFT_OUT, "value.approximate")
    added = table.some(rng, 0.02)
    table.put("sum_in_cell", "berth_count", added, lambda v: v + "+30", LEFT_OUT, "value.not_integer")


def soil_kitchens(table: Table, world: World, rng: np.random.Generator) -> None:
    """Rates as fractions or with a sign, licence numbers without JY, days as numbers of a spreadsheet."""
    soil_coordinates(table, world, rng)
    parts = table.some(rng, 0.05)
    table.put("rate_as_fraction", "online_pct", parts, same("0.98"), ACCEPTED)
    signed = np.setdiff1d(table.some(rng, 0.05), parts)
    table.put("per_cent_sign", "online_pct", signed, lambda v: v + "%", REPAIRED)
    bare = table.some(rng, 0.05, table.cells["certificate_no"].str.starts_with("JY"))
    table.put(
        "number_without_prefix", "certificate_no", bare, lambda v: v.str.slice(2, 4) + " " + v.str.slice(6), ACCEPTED
    )
    serial = table.some(rng, 0.03, table.frame["connected_date"].is_not_null())
    numbers = (table.frame["connected_date"].cast(pl.Int32) - _FIRST_SERIAL).cast(pl.String).gather(serial)
    table.put("day_as_serial_number", "connected_date", serial, lambda _: numbers, REPAIRED)


def _bare(values: pl.Series) -> pl.Series:
    """JY13204010000001 as 1320 4010000001."""
    return values.str.slice(2, 4) + " " + values.str.slice(6)


def soil_iot_sites(table: Table, world: World, rng: np.random.Generator) -> None:
    """Areas of application larger than the facility."""
    soil_coordinates(table, world, rng)
    larger = table.some(rng, 0.02, table.frame["facility_area_m2"] > 0)
    wider = (table.frame["facility_area_m2"] * 1.5).round(1).cast(pl.String).gather(larger)
    table.put("part_larger_than_whole", "iot_area_m2", larger, lambda _: wider, ACCEPTED)


def soil_service_points(table: Table, world: World, rng: np.random.Generator) -> None:
    """Bandwidth with a unit, access in words."""
    wide = table.some(rng, 0.1, table.cells["access_bandwidth_mbps"].is_not_null())
    table.put("unit_in_cell", "access_bandwidth_mbps", wide, lambda v: v + "兆", LEFT_OUT, "value.has_unit")
    for word, is_connected in (("已接入", True), ("待接入", False)):
        told = table.some(rng, 0.2, table.frame["is_connected"] == is_connected)
        table.put("access_in_words", "is_connected", told, same(word), REPAIRED)
