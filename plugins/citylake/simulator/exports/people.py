"""What police and insurers write down of people: typed frames, one column a contract column."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.dirt_people import soil_medical, soil_people, soil_register
from citylake.simulator.faults import repeats
from citylake.simulator.files.exporting import Doubles, Export
from citylake.simulator.files.increments import last_day, office_seconds, touched
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.insurance import SOCIAL_TYPES, STATUSES, Policies
from citylake.simulator.world.life import CHANGES, DEAD, names_on, plain_names, resident_ids_on
from citylake.simulator.world.people import MARITAL

NOT_YET = 2**30
SEXES = ["female", "male"]


def identity(world: World, who: np.ndarray, on: np.ndarray | int) -> dict[str, pl.Series]:
    """Number and name of people as a department knew them on a day, and the same name without rare characters."""
    names = names_on(world.people, world.life, on, who)
    return {
        "resident_id": resident_ids_on(world.people, world.life, on, who),
        "person_name": names,
        "_plain_name": plain_names(world.people, names, who),
        "_person": pl.Series(who, dtype=pl.Int32),
    }


def _register_days(world: World, rows: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
    life = world.life
    return np.where(world.people.is_registered[rows], life.entered[rows], NOT_YET), life.changed[rows]


def _register_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, *_register_days(world, slice(None)))


def resident_register(world: World, period: Period, who: np.ndarray) -> pl.DataFrame:
    """The register's increment: new and changed entries, each in its state at the period's end."""
    people, life, end = world.people, world.life, day(period.end)
    known = last_day(period, *_register_days(world, who))
    is_changed = (life.changed[who] > NO_DAY) & (life.changed[who] <= end)
    change = np.where(is_changed, life.change[who], 0)
    moved_from = life.moved_from[who]
    address = np.where((life.changed[who] > end) & (moved_from >= 0), moved_from, people.address[who])
    return pl.DataFrame(
        {
            "person_register_no": people.register_nos(who),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "ethnicity": people.ethnicities(who),
            "birth_date": dates(people.birth[who]),
            "death_date": dates(np.where(change == DEAD, life.death[who], NO_DAY)),
            "marital_status_code": pick(MARITAL, people.marital_on(end, life.death, who)),
            "household_no": people.household_nos(who),
            "address": world.ground.address_texts(address),
            "address_code": world.ground.address_codes(address),
            "household_division_code": pick(places.DIVISIONS, people.division[who]),
            "change_type_code": pick(["新增", *CHANGES[1:]], change),
            "changed_date": dates(np.where(is_changed, life.changed[who], life.entered[who])),
            "status": pick(["normal", "dead", "moved_out", "cancelled", "normal"], change),
            "updated_at": moments(office_seconds(people.hashed, "register", known, who)),
            "_address": pl.Series(address, dtype=pl.Int32),
            **identity(world, who, end),
        }
    )


def _ended(book: Policies, rows: np.ndarray, status: np.ndarray) -> pl.Series:
    return dates(np.where(status == 2, book.changed[rows], NO_DAY))


def _social_rows(world: World, period: Period) -> np.ndarray:
    book = world.insurance.social
    return touched(period, book.valid_from, book.changed)


def social_insured(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The social insurer's increment."""
    people, book = world.people, world.insurance.social
    known = last_day(period, book.valid_from[rows], book.changed[rows])
    who = book.person[rows]
    status = book.status_on(day(period.end), rows)
    employer = book.employers(rows)
    uscc, name = world.enterprises.employer_texts(employer)
    unit = pl.DataFrame({"e": employer}).select(
        pl.when(pl.col("e") >= 0).then(pl.format("U{}", 3_200_000 + pl.col("e"))).alias("u")
    )["u"]
    return pl.DataFrame(
        {
            "person_no": world.insurance.social_nos(who),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "phone": people.phones(who),
            "insurance_type_code": pick(SOCIAL_TYPES, book.kind[rows]),
            "status": pick(STATUSES, status),
            "unit_no": unit,
            "uscc": uscc,
            "entity_name": name,
            "insured_division_code": book.division_codes(rows),
            "valid_from_date": dates(book.valid_from[rows]),
            "valid_to_date": _ended(book, rows, status),
            "updated_at": moments(office_seconds(people.hashed, "social", known, rows)),
            **identity(world, who, known),
        }
    )


def _medical_rows(world: World, period: Period) -> np.ndarray:
    return np.flatnonzero(world.insurance.medical.valid_from <= day(period.end))


def medical_insured(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The medical insurer's state on the last day of the month, ended policies included."""
    people, book, end = world.people, world.insurance.medical, day(period.end)
    who = book.person[rows]
    known = last_day(period, book.valid_from[rows], book.changed[rows])
    status = book.status_on(end, rows)
    uscc, name = world.enterprises.employer_texts(book.employers(rows))
    age = people.age(end, who)
    category = np.where(book.kind[rows] == 0, np.where(age >= 60, 1, 0), np.where(age < 18, 2, 3))
    return pl.DataFrame(
        {
            "stat_month": pl.repeat(f"{period.end:%Y-%m}", len(rows), eager=True),
            "person_no": world.insurance.medical_nos(who),
            "insurance_type_code": pick(["employee", "resident"], book.kind[rows]),
            "person_category_code": pick(["在职", "退休", "学生儿童", "城乡居民"], category),
            "status": pick(STATUSES, status),
            "insured_division_code": book.division_codes(rows),
            "uscc": uscc,
            "entity_name": name,
            "valid_from_date": dates(book.valid_from[rows]),
            "valid_to_date": _ended(book, rows, status),
            "is_paid": pl.Series(status == 0),
            "updated_at": moments(office_seconds(people.hashed, "medical", known, rows)),
            **identity(world, who, known),
        }
    )


def _double(column: str, share: float, kind: str) -> Doubles:
    """Some persons stand twice, under an older number of the department."""
    return lambda world, period, frame, rng: repeats.double_persons(frame, column, share, kind, rng)


EXPORTS = [
    Export(
        "public_security__resident_register",
        _register_rows,
        resident_register,
        _double("person_register_no", 0.002, "moved_between_police_districts"),
        soil_register,
    ),
    Export(
        "human_resources__insured_persons",
        _social_rows,
        social_insured,
        _double("person_no", 0.002, "two_person_numbers"),
        soil_people,
    ),
    Export(
        "medical_insurance__insured_persons",
        _medical_rows,
        medical_insured,
        _double("person_no", 0.003, "number_of_before_the_national_platform"),
        soil_medical,
    ),
]
