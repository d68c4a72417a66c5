"""The true people, with every attribute that the population database shows, as they are on the last simulated day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import where
from citylake.simulator.basics.drawing import NO_DAY, dates, pick
from citylake.simulator.files.books import entity_ids
from citylake.simulator.world.city import World
from citylake.simulator.world.insurance import INSURED_AT
from citylake.simulator.world.life import names_on
from citylake.simulator.world.people import MARITAL

BLOCK = 100_000


def persons(world: World) -> pl.DataFrame:
    """All true persons at once (see `person_blocks`); for small cities."""
    return pl.concat(person_blocks(world))


def person_blocks(world: World) -> Iterator[pl.DataFrame]:
    """One row a true person, some 100,000 at a time. true_entity_id is P and the person's index, as in entity_links.

    `household_division_code` is where the household is registered (newcomers: the county of their number),
    `division_code` and `street_code` where the person lives; `true_household_id`, `address` and `household_size` are
    those of the register and null for people who are not in it; `former_name` and `former_resident_id` are what a
    department may still write; parents and spouse are true ids.
    """
    sizes, insured_at = _household_sizes(world), _insured_at(world)
    for start in range(0, world.people.count, BLOCK):
        yield _persons(world, np.arange(start, min(start + BLOCK, world.people.count)), sizes, insured_at)


def _persons(world: World, who: np.ndarray, sizes: np.ndarray, insured_at: np.ndarray) -> pl.DataFrame:
    people, life, families = world.people, world.life, world.people.families
    is_registered = people.is_registered[who]
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("person", who),
            "resident_id": people.resident_ids(who),
            "former_resident_id": where(life.renumbered[who] != NO_DAY, people.first_resident_ids(who)),
            "person_name": people.names(who),
            "former_name": where(life.renamed[who] != NO_DAY, names_on(people, life, NO_DAY, who)),
            "sex": pick(["female", "male"], people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "death_date": dates(life.death[who]),
            "ethnicity": people.ethnicities(who),
            "marital_status_code": pick(MARITAL, people.marital_on(people.until, life.death, who)),
            "phone": people.phones(who),
            "true_household_id": where(is_registered, "H" + people.household_nos(who)),
            "household_size": where(is_registered, pl.Series(sizes[who])),
            "household_division_code": world.people.household_divisions(who),
            "insured_division_code": where(insured_at[who] >= 0, pick(INSURED_AT, np.maximum(insured_at[who], 0))),
            "address": where(is_registered, world.ground.address_texts(people.address[who])),
            "division_code": world.ground.division_codes(people.lived[who]),
            "street_code": world.ground.street_codes(people.lived[who]),
            "is_registered": pl.Series(is_registered & life.is_normal_on(people.until, who)),
            "spouse_id": _other(families.spouse[who]),
            "mother_id": _other(families.mother[who]),
            "father_id": _other(families.fathers(who)),
        }
    )


def _insured_at(world: World) -> np.ndarray:
    """Where each person is insured (an index into INSURED_AT): the medical insurer's word first; -1 for nowhere."""
    found = np.full(world.people.count, -1, dtype=np.int8)
    for book in (world.insurance.social, world.insurance.medical):
        found[book.person] = book.division
    return found


def _household_sizes(world: World) -> np.ndarray:
    """How many open entries of the register the household of each person has."""
    people = world.people
    counted = people.household[people.is_registered & world.life.is_normal_on(people.until)]
    return np.bincount(counted, minlength=people.count)[people.household].astype(np.int32)


def _other(index: np.ndarray) -> pl.Series:
    return where(index >= 0, entity_ids("person", np.maximum(index, 0)))
