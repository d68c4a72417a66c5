"""Pupils, workers and old people in care as schools, job centres and civil affairs list them: frames and their dirt."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import by_few, numbered, where
from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import service_places as institutions
from citylake.simulator.exports.dirt_people import mistyped_numbers, soil_people
from citylake.simulator.exports.people import SEXES, identity
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import last_day, office_seconds, touched
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REJECTED, Mark
from citylake.simulator.files.table import Table, same
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.families import YEAR
from citylake.simulator.world.place_ground import STREET_CODES

# Ages at the first of September at which a stage begins, and the share of each age that is on a roll.
STAGE_FROM = (3, 6, 12, 15, 18)
ON_ROLL = (0.93, 0.995, 0.99, 0.9)
VOCATIONAL_SHARE = 0.4
CARE = ["home_care", "day_care", "institution", "meals", "nursing"]
SUBSIDIES = np.array([150, 200, 600, 90, 300])
OLD_DIVISIONS = {"320412": "320405", "320413": "320482"}


def _september(period: Period) -> int:
    return day(date(period.end.year, 9, 1))


def pupil_rows(world: World, period: Period) -> np.ndarray:
    """People of an age to be at school on the first of September who live in the city."""
    people = world.people
    age = (_september(period) - people.birth) / YEAR
    stage = np.digitize(age, STAGE_FROM) - 1
    listed = np.flatnonzero((stage >= 0) & (stage < len(ON_ROLL)))
    share = np.array(ON_ROLL)[stage[listed]]
    listed = listed[people.hashed.share("roll", listed) < share]
    return listed[world.life.is_alive_on(_september(period), listed)]


def student_roll(world: World, period: Period, who: np.ndarray) -> pl.DataFrame:
    """The roll of one school year, which carries the year in which it began."""
    people, hashed, begin = world.people, world.people.hashed, _september(period)
    age = (begin - people.birth[who]) / YEAR
    stage = np.digitize(age, STAGE_FROM) - 1
    grade = np.floor(age).astype(np.int64) - np.array(STAGE_FROM)[stage] + 1
    stage = np.where((stage == 3) & (hashed.share("vocational", who) < VOCATIONAL_SHARE), 4, stage)
    school = institutions.schools_of(world, who, stage)
    is_provisional = hashed.share(f"provisional {period.end.year}", who) < 0.01
    mother, father = people.families.mother[who], people.families.fathers(who)
    guardian = np.where(hashed.share("guardian", who) < 0.5, father, mother)
    kin = np.maximum(guardian, 0)
    who_is = identity(world, who, begin)
    return pl.DataFrame(
        {
            "stat_year": pl.repeat(period.end.year, len(who), eager=True, dtype=pl.Int64),
            "student_no": where(is_provisional, numbered("L3204", 14, who), "G" + who_is["resident_id"]),
            "ethnicity": people.ethnicities(who),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "school_code": by_few(world.schools.codes, school),
            "entity_name": by_few(world.schools.names, school),
            "school_stage": pick(institutions.STAGES, stage),
            "grade_code": pl.Series(grade).cast(pl.String),
            "household_division_code": world.people.household_divisions(who),
            "address": world.ground.address_texts(people.lived[who]),
            "guardian_name": where(guardian >= 0, people.names(kin)),
            "phone": where(guardian >= 0, people.phones(kin)),
            "status": pick(["enrolled", "provisional"], is_provisional.astype(np.int64)),
            "_address": pl.Series(people.lived[who], dtype=pl.Int32),
            "_person__guardian": pl.Series(guardian, dtype=pl.Int32),
            "_school": pl.Series(school),
            **who_is,
        }
    )


def _double_pupils(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    """Pupils who change school stand in both until the transfer is confirmed."""
    rows = np.flatnonzero(rng.random(frame.height) < 0.004)
    index = np.sort(np.concatenate([np.arange(frame.height), rows]))
    again = np.concatenate(([False], index[1:] == index[:-1])) if len(index) else np.zeros(0, dtype=bool)
    doubled = frame[index]
    stage = world.schools.stage[doubled["_school"].to_numpy()].astype(np.int64)
    lots = rng.integers(0, 10**6, doubled.height)
    school = institutions.one_of(world.schools.stage.astype(np.int64), stage, lots)
    codes, names = by_few(world.schools.codes, school), world.schools.names(school)
    doubled = doubled.with_columns(
        where(again, codes, doubled["school_code"]).alias("school_code"),
        where(again, names, doubled["entity_name"]).alias("entity_name"),
        where(again, pl.repeat("transferring", doubled.height, eager=True), doubled["status"]).alias("status"),
    )
    # Whoever drew the own school again did not change it.
    kept = ~again | (codes != frame["school_code"].gather(index)).to_numpy()
    return doubled.filter(kept), [Mark("in_both_schools", "school_code", np.flatnonzero(again[kept]), ACCEPTED)]


def _soil_pupils(table: Table, world: World, rng: np.random.Generator) -> None:
    """School years written as two, the guardian's number for the child's, digits lost in a number cell."""
    year = table.frame["stat_year"]
    years = table.some(rng, 0.002)
    both = (year.cast(pl.String) + "-" + (year + 1).cast(pl.String)).gather(years)
    table.put("school_year_as_two", "stat_year", years, lambda _: both, REJECTED, "value.range")
    guardian = table.frame["_person__guardian"].to_numpy()
    newcomers = pl.Series((guardian >= 0) & ~world.people.is_registered[table.frame["_person"].to_numpy()])
    theirs = table.some(rng, 0.02, newcomers)
    numbers = world.people.resident_ids(guardian[theirs])
    table.put("number_of_the_guardian", "resident_id", theirs, lambda _: numbers, ACCEPTED)
    lost = table.some(rng, 0.002)
    table.put(
        "last_digits_lost", "resident_id", lost, lambda v: v.str.slice(0, 15) + "000", LEFT_OUT, "code.became_number"
    )
    short = table.some(rng, 0.1)
    names = institutions.short_school_names(table.cells["entity_name"].gather(short))
    table.put("short_school_name", "entity_name", short, lambda _: names, ACCEPTED)
    mistyped_numbers(table, rng)
    soil_people(table, world, rng)


def employment(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The increment of registrations of work, each in its state at the period's end."""
    book, people, hashed, firms = world.jobs, world.people, world.people.hashed, world.enterprises
    known, end = last_day(period, book.begun[rows], book.changed[rows]), day(period.end)
    who, employer, kind = book.person[rows], book.employer[rows], book.kind[rows]
    at = np.maximum(employer, 0)
    codes, names = firms.employer_texts(employer)
    is_ended = (book.ended[rows] != NO_DAY) & (book.ended[rows] <= end)
    is_newcomer = ~people.is_registered[who]
    return pl.DataFrame(
        {
            "employment_record_no": numbered("JY3204", 10, rows),
            "register_type_code": pick(["employed", "unemployed", "site"], kind),
            "uscc": where(kind != 2, codes),
            "entity_name": names,
            "industry_code": where(employer >= 0, firms.industries(at)),
            "occupation_code": numbered("", 7, 1_000_000 + hashed.below("occupation", rows, 7_000_000)),
            "is_migrant_worker": pl.Series((kind == 2) | (is_newcomer & (hashed.share("rural", who) < 0.6))),
            "origin_division_code": world.people.household_divisions(who),
            "division_code": pick(places.DIVISIONS, people.division[who]),
            "street_code": pick(STREET_CODES, people.lived_street[who]),
            "valid_from_date": dates(book.begun[rows]),
            "valid_to_date": dates(np.where(is_ended, book.ended[rows], NO_DAY)),
            "status": pick(["open", "ended"], is_ended.astype(np.int64)),
            "updated_at": moments(office_seconds(hashed, "jobs", known, rows)),
            **identity(world, who, known),
        }
    )


def _soil_jobs(table: Table, world: World, rng: np.random.Generator) -> None:
    """Employers typed by hand, districts that are gone, days that are none, numbers missing."""
    by_hand = table.some(rng, 0.05, table.frame["uscc"].is_not_null())
    table.put("credit_code_missing", "uscc", by_hand, same(""), ACCEPTED)
    for code, old in OLD_DIVISIONS.items():
        kept = table.some(rng, 0.05, table.frame["division_code"] == code)
        table.put("division_that_is_gone", "division_code", kept, same(old), ACCEPTED)
    none = table.some(rng, 0.01, table.frame["valid_to_date"].is_null())
    table.put("no_day", "valid_to_date", none, same("0000-00-00"), ACCEPTED)
    zero = table.some(rng, 0.003)
    table.put("no_day", "valid_from_date", zero, same("1900-01-00"), LEFT_OUT, "value.not_date")
    table.put("number_missing", "resident_id", table.some(rng, 0.001), same(""), ACCEPTED)
    mistyped_numbers(table, rng)
    soil_people(table, world, rng)


def care_rows(world: World, period: Period) -> np.ndarray:
    """Services that run at the month's end, or ended in it."""
    book = world.care
    return np.flatnonzero(
        (book.begun <= day(period.end)) & ((book.ended == NO_DAY) | (book.ended >= day(period.end.replace(day=1))))
    )


def elderly_care(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Old people and the services they get in the month."""
    book, people, hashed, ground = world.care, world.people, world.people.hashed, world.ground
    who, kind, end = book.person[rows], book.kind[rows], day(period.end)
    is_ended = (book.ended[rows] != NO_DAY) & (book.ended[rows] <= end)
    address = people.lived[who]
    provider = ground.community_name.gather(ground.community_of(address)) + "居家养老服务站"
    return pl.DataFrame(
        {
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "phone": people.phones(who),
            "address": ground.address_texts(address),
            "community_code": ground.community_codes(address),
            "service_type_code": pick(CARE, kind),
            "entity_name": provider,
            "is_home_adapted": pl.Series(hashed.share("adapted", who) < 0.12),
            "subsidy_amount_cny": pl.Series(SUBSIDIES[kind].astype(np.float64)),
            "valid_from_date": dates(book.begun[rows]),
            "valid_to_date": dates(np.where(is_ended, book.ended[rows], NO_DAY)),
            "status": pick(["in_service", "stopped"], is_ended.astype(np.int64)),
            "_address": pl.Series(address, dtype=pl.Int32),
            **identity(world, who, book.begun[rows]),
        }
    )


def _soil_care(table: Table, world: World, rng: np.random.Generator) -> None:
    """Subsidies of a quarter instead of a month, communities by name."""
    paid = table.some(rng, 0.03)
    amounts = (table.frame["subsidy_amount_cny"] * 3).cast(pl.Int64).cast(pl.String).gather(paid)
    table.put("subsidy_of_a_quarter", "subsidy_amount_cny", paid, lambda _: amounts, ACCEPTED)
    named = table.some(rng, 0.1, table.frame["_address"] >= 0)
    address = table.frame["_address"].gather(named).to_numpy()
    names = world.ground.community_name.gather(world.ground.community_of(address))
    table.put("community_by_name", "community_code", named, lambda _: names, ACCEPTED)
    mistyped_numbers(table, rng)
    soil_people(table, world, rng)


EXPORTS = [
    Export("education__student_roll", pupil_rows, student_roll, _double_pupils, _soil_pupils, history=1),
    Export(
        "human_resources__employment_registrations",
        lambda world, period: touched(period, world.jobs.begun, world.jobs.changed),
        employment,
        soil=_soil_jobs,
    ),
    Export(
        "civil_affairs__elderly_care_recipients",
        care_rows,
        elderly_care,
        soil=_soil_care,
        sheet_of=lambda world, period, rows: world.people.division[world.care.person[rows]],
    ),
]
