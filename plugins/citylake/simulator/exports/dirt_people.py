"""What departments do to people everywhere, and what the books of single departments add to it."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.faults.dirt import placeholder_phones, rare_characters_lost, soil_addresses
from citylake.simulator.faults.spoils import wrong_check
from citylake.simulator.files.marks import ACCEPTED, FLAGGED, LEFT_OUT, REPAIRED, SETTLED
from citylake.simulator.files.table import Table
from citylake.simulator.world.city import World


def soil_people(table: Table, world: World, rng: np.random.Generator) -> None:
    """Birth dates that disagree with the number, names without their rare character, placeholders, addresses."""
    _births_off(table, rng)
    rare_characters_lost(table, rng, table.frame["_plain_name"])
    placeholder_phones(table, rng)
    soil_addresses(table, rng, 0.005)


def soil_police(table: Table, world: World, rng: np.random.Generator) -> None:
    """The same where names are written as they are."""
    _births_off(table, rng)
    placeholder_phones(table, rng)
    soil_addresses(table, rng, 0.005)


def soil_register(table: Table, world: World, rng: np.random.Generator) -> None:
    """The household register: now and then two neighbours on one number."""
    _births_off(table, rng)
    placeholder_phones(table, rng)
    pairs = table.some(rng, 0.0001)
    pairs = pairs[pairs > 0]
    others = table.cells["resident_id"].gather(pairs - 1)
    table.put("two_persons_on_one_number", "resident_id", pairs, lambda _: others, SETTLED)
    soil_addresses(table, rng, 0.005)


def _births_off(table: Table, rng: np.random.Generator) -> None:
    if "birth_date" in table.cells.columns:
        off = table.some(rng, 0.001)
        moved = table.frame["birth_date"].dt.offset_by("3d").cast(table.cells.schema["birth_date"]).gather(off)
        table.put("birth_date_disagrees", "birth_date", off, lambda _: moved, FLAGGED, "birth_date_differs_from_number")


def mistyped_numbers(table: Table, rng: np.random.Generator) -> None:
    """Numbers mistyped where a wrong number does not cost the row."""
    for one in table.layout.fields:
        if one.kind == "id" and one.name in table.layout.loose:
            given = table.cells[one.name].str.contains(r"^[0-9]{17}[0-9X]$")
            wrong = table.some(rng, 0.001, given)
            table.put("wrong_check_character", one.name, wrong, wrong_check, LEFT_OUT, "resident_id.checksum")


def soil_medical(table: Table, world: World, rng: np.random.Generator) -> None:
    """Newborns under the number of the mother."""
    people, who = world.people, table.frame["_person"].to_numpy()
    mother = people.families.mother[who]
    newborn = table.some(rng, 0.1, pl.Series((mother >= 0) & (people.birth[who] > people.until - 365)))
    numbers = people.resident_ids(mother[newborn])
    table.put("number_of_the_mother", "resident_id", newborn, lambda _: numbers, ACCEPTED)
    soil_people(table, world, rng)


def soil_electronic_cards(table: Table, world: World, rng: np.random.Generator) -> None:
    """One channel writes some of its times in UTC and says so (…Z)."""
    utc = table.frame["issued_at"].dt.offset_by("-8h").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = table.some(rng, 0.3, table.frame["channel_code"] == "bank")
    table.put("utc_time", "issued_at", rows, lambda _: utc.gather(rows), REPAIRED)
