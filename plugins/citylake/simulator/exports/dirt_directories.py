"""What goes wrong in the lists that departments keep of legal entities for their own ends."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.dirt_entities import city_left_out, emptied, hyphens, names_by_sight
from citylake.simulator.faults import repeats
from citylake.simulator.faults.dirt import soil_firm_names
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REJECTED, REPAIRED, Mark
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World
from citylake.simulator.world.divisions import DIVISIONS


def double_cloud_uses(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    """Some uses are reported by a second district as well."""
    rows = np.flatnonzero(rng.random(frame.height) < 0.02)
    doubled, marks = repeats.double(frame, rows, "uscc", "reported_by_two_districts", REJECTED, "key.duplicate")
    other = pick(DIVISIONS, rng.integers(0, 6, doubled.height))
    return doubled.with_columns(
        pl.when("_again").then(pl.lit(other)).otherwise("division_code").alias("division_code")
    ).drop("_again"), marks


def soil_cloud_uses(table: Table, world: World, rng: np.random.Generator) -> None:
    """Codes left out, the city left out of names."""
    soil_firm_names(table, rng)
    table.put("credit_code_missing", "uscc", table.some(rng, 0.04), same(""), ACCEPTED)
    city_left_out(table, rng, "entity_name", 0.1)


def soil_units(table: Table, world: World, rng: np.random.Generator) -> None:
    """Organisation codes with a hyphen, codes left out, the city left out of names."""
    hyphens(table, rng, "organisation_code", 0.3)
    emptied(table, rng, "uscc", 0.03, "code_missing")
    names_by_sight(table, rng, "entity_name", 0.05)


def soil_above_scale(table: Table, world: World, rng: np.random.Generator) -> None:
    """A branch repeats its parent's key: the second of the rows comes back."""
    key = table.frame["uscc"]
    again = np.flatnonzero((~key.is_first_distinct()).to_numpy() & ~table.is_spoilt)
    table.put("branch_under_parents_code", "uscc", again, lambda v: v, REJECTED, "key.duplicate")
    hyphens(table, rng, "organisation_code", 0.3)
    names_by_sight(table, rng, "entity_name", 0.03)
    for word, is_core in (("√", True), ("×", False)):
        ticked = table.some(rng, 0.1, table.frame["is_digital_core"] == is_core)
        table.put("tick_for_yes", "is_digital_core", ticked, same(word), REPAIRED)


def soil_shops(table: Table, world: World, rng: np.random.Generator) -> None:
    """Sales as a range or with 万 inside, pictures in names."""
    ranged = table.some(rng, 0.05)
    table.put("range", "online_sales_cny", ranged, same("100-500万"), LEFT_OUT, "value.range")
    worded = np.setdiff1d(table.some(rng, 0.05), ranged)
    table.put("unit_in_cell", "online_sales_cny", worded, lambda v: v + "万", LEFT_OUT, "value.magnitude")
    named = table.some(rng, 0.03)
    table.put("picture_in_name", "ecommerce_unit_name", named, lambda v: "\U0001f525" + v, ACCEPTED)


def soil_producers(table: Table, world: World, rng: np.random.Generator) -> None:
    """About so many 亩, the village clerk's telephone on every household, old registration numbers for codes."""
    about = table.some(rng, 0.04)
    table.put("approximate", "area_m2", about, lambda v: v + "亩左右", LEFT_OUT, "value.has_unit")
    clerk = table.some(rng, 0.1, table.frame["subject_type_code"] == "household")
    table.put("phone_of_clerk", "phone", clerk, same("13861112222"), ACCEPTED)
    emptied(table, rng, "resident_id", 0.2, "number_missing")
    entity = table.frame["_legal_entity"].to_numpy()
    registered = pl.Series(entity < world.enterprises.count) & (table.frame["subject_type_code"] == "cooperative")
    old = table.some(rng, 0.3, registered)
    numbers = world.enterprises.registration_nos(entity[old])
    table.put("registration_number_for_code", "subject_identifier", old, lambda _: numbers, ACCEPTED)
