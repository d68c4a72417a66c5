"""The true people, with every attribute that the population database shows, as they are on the last simulated day."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.books import entity_ids
from citylake.simulator.drawing import ALL, NO_DAY, dates, pick
from citylake.simulator.places import DIVISIONS
from citylake.simulator.world import World
from citylake.simulator.world_people import MARITAL


def persons(world: World) -> pl.DataFrame:
    """One row a true person. true_entity_id is P and the person's index, as in entity_links.

    `household_division_code` is where the household is registered (newcomers: the county of their number),
    `division_code` and `street_code` where the person lives; `household_id`, `address` and `household_size` are those
    of the register and null for people who are not in it; `former_name` and `former_resident_id` are what a department
    may still write; parents and spouse are true ids.
    """
    people, life = world.people, world.life
    everyone = np.arange(people.count)
    registered = pl.Series("r", people.is_registered & life.is_normal_on(people.until))
    in_register = pl.Series(people.is_registered)
    families = people.families
    frame = pl.DataFrame(
        {
            "true_entity_id": entity_ids("person", everyone),
            "resident_id": people.resident_ids(),
            "former_resident_id": _only(people.first_resident_ids(), life.renumbered != NO_DAY),
            "person_name": people.names(),
            "former_name": _only(life.named.texts(ALL), life.renamed != NO_DAY),
            "sex": pick(["female", "male"], people.is_male.astype(np.int64)),
            "birth_date": dates(people.birth),
            "death_date": dates(life.death),
            "ethnicity": people.ethnicities(),
            "marital_status_code": pick(MARITAL, people.marital_on(people.until, life.death, everyone)),
            "phone": people.phones(),
            "household_id": _only("H" + people.household_nos(), in_register.to_numpy()),
            "household_size": _only(pl.Series(_household_sizes(world)), in_register.to_numpy()),
            "household_division_code": household_divisions(world, everyone),
            "address": _only(world.ground.address_texts(people.address), in_register.to_numpy()),
            "division_code": world.ground.division_codes(people.lived),
            "street_code": world.ground.street_codes(people.lived),
            "is_registered": registered,
            "spouse_id": _other(families.spouse),
            "mother_id": _other(families.mother),
            "father_id": _other(families.father),
        }
    )
    return frame


def household_divisions(world: World, who: np.ndarray) -> pl.Series:
    """Division of the household register: of this city, or the county that issued the number."""
    people = world.people
    issued = pl.Series(people.area_code[who]).cast(pl.String)
    frame = pl.DataFrame({"here": pick(DIVISIONS, people.division[who]), "there": issued})
    own = pl.lit(pl.Series(people.is_registered[who]))
    return frame.select(pl.when(own).then("here").otherwise("there").alias("d"))["d"]


def _household_sizes(world: World) -> np.ndarray:
    """How many open entries of the register the household of each person has."""
    people = world.people
    counted = people.household[people.is_registered & world.life.is_normal_on(people.until)]
    return np.bincount(counted, minlength=people.count)[people.household].astype(np.int32)


def _only(values: pl.Series, where: np.ndarray) -> pl.Series:
    return values.to_frame("v").select(pl.when(pl.lit(pl.Series(where))).then("v").alias("v"))["v"]


def _other(index: np.ndarray) -> pl.Series:
    return _only(entity_ids("person", np.maximum(index, 0)), index >= 0)
