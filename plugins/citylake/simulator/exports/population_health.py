"""Electronic health records and their quarterly check: typed frames of a period, and their dirt."""

from __future__ import annotations

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
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World
from citylake.simulator.world.life_records import RECORDS_A_VILLAGE
from citylake.simulator.world.place_ground import STREET_CODES

# Codes of streets and towns that were merged into others, by division: old record numbers begin with them.
GONE_STREETS = ("320402008", "320404009", "320411120", "320412118", "320482105", "320481108")


def record_numbers(world: World, rows: np.ndarray) -> pl.Series:
    """17 digits: county and township (9), village (3), sequence (5); a few keep the code of a township that is gone."""
    book, hashed = world.health_records, world.people.hashed
    village, number = np.divmod(book.place[rows], RECORDS_A_VILLAGE)
    street = book.street[rows]
    is_old = (hashed.share("old township", rows) < 0.03) & (book.created[rows] < 17000)
    division = world.people.division[book.person[rows]]
    # The street's own place keeps old numbers apart: villages from 500 on, one hundred streets at most.
    old = (
        pick(GONE_STREETS, division)
        + numbered("", 3, 500 + street.astype(np.int64))
        + numbered("", 5, book.place[rows])
    )
    new = pick(STREET_CODES, street) + numbered("", 3, village + 1) + numbered("", 5, number + 1)
    return where(is_old, old, new)


def health_records(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The increment of the records, each in its state at the period's end."""
    book, people = world.health_records, world.people
    known = last_day(period, book.created[rows], book.changed[rows])
    who, end = book.person[rows], day(period.end)
    is_cancelled = (book.cancelled[rows] != NO_DAY) & (book.cancelled[rows] <= end)
    address, centre = people.lived[who], institutions.centres_of(world, book.street[rows])
    return pl.DataFrame(
        {
            "health_record_no": record_numbers(world, rows),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "phone": people.phones(who),
            "address": world.ground.address_texts(address),
            "community_code": world.ground.community_codes(address),
            "residence_type_code": pick(["newcomer", "registered"], people.is_registered[who].astype(np.int64)),
            "created_date": dates(book.created[rows]),
            "institution_code": by_few(world.medical.codes, centre),
            "entity_name": by_few(world.medical.names, centre),
            "status": pick(["active", "cancelled"], is_cancelled.astype(np.int64)),
            "cancelled_date": dates(np.where(is_cancelled, book.cancelled[rows], NO_DAY)),
            "updated_at": moments(office_seconds(people.hashed, "health records", known, rows)),
            "_address": pl.Series(address, dtype=pl.Int32),
            **identity(world, who, known),
        }
    )


def _soil_records(table: Table, world: World, rng: np.random.Generator) -> None:
    """Numbers missing for children and newcomers, record numbers that passed through a spreadsheet."""
    who = table.frame["_person"].to_numpy()
    young = (table.frame["birth_date"].dt.year() >= 2019) | pl.Series(~world.people.is_registered[who])
    table.put("number_missing", "resident_id", table.some(rng, 0.03, young), same(""), ACCEPTED)
    lost = table.some(rng, 0.0005)
    table.put("last_digits_lost", "health_record_no", lost, lambda v: v.str.slice(0, 15) + "00", ACCEPTED)
    mistyped_numbers(table, rng)
    soil_people(table, world, rng)


def quality_rows(world: World, period: Period) -> np.ndarray:
    return np.flatnonzero(world.health_records.created <= day(period.end))


def record_quality(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The check of all records in one quarter."""
    book, people, hashed = world.health_records, world.people, world.people.hashed
    who, end = book.person[rows], day(period.end)
    known = last_day(period, book.created[rows], book.changed[rows])
    is_cancelled = (book.cancelled[rows] != NO_DAY) & (book.cancelled[rows] <= end)
    score = 60 + hashed.below("completeness", rows, 400) / 10
    is_standard = (score >= 75) & ~is_cancelled
    quarter = f"{period.end.year}Q{(period.end.month + 2) // 3}"
    reviewed = end - 1 - hashed.below("reviewed", rows, 20)
    frame = pl.DataFrame(
        {
            "stat_quarter": pl.repeat(quarter, len(rows), eager=True),
            "health_record_no": record_numbers(world, rows),
            "residence_type_code": pick(["newcomer", "registered"], people.is_registered[who].astype(np.int64)),
            "institution_code": by_few(world.medical.codes, institutions.centres_of(world, book.street[rows])),
            "community_code": world.ground.community_codes(people.lived[who]),
            "created_date": dates(book.created[rows]),
            "updated_at": moments(office_seconds(hashed, "health records", known, rows)),
            "completeness_score": pl.Series(np.round(score, 1)),
            "is_dynamic": pl.Series(known > end - 365),
            "is_standardised": pl.Series(is_standard),
            "is_cancelled": pl.Series(is_cancelled),
            "cancellation_reason": where(is_cancelled, pl.repeat("death", len(rows), eager=True)),
            "reviewed_date": dates(reviewed),
            **identity(world, who, known),
        }
    )
    return frame.drop("person_name", "_plain_name")


def _soil_quality(table: Table, world: World, rng: np.random.Generator) -> None:
    """Scores out of one from some centres, blanks between the groups of a number, passports."""
    of_one = table.frame["institution_code"].str.ends_with("7")
    parts = table.some(rng, 0.3, of_one)
    scores = (table.frame["completeness_score"] / 100).gather(parts)
    table.put("score_out_of_one", "completeness_score", parts, lambda _: scores, ACCEPTED)
    spaced = table.some(rng, 0.01)
    table.put(
        "blanks_in_number",
        "health_record_no",
        spaced,
        lambda v: v.str.slice(0, 6) + " " + v.str.slice(6, 6) + " " + v.str.slice(12),
        ACCEPTED,
    )
    passport = table.some(rng, 0.0005)
    table.put("passport", "resident_id", passport, same("E12345678"), LEFT_OUT, "resident_id.length")


EXPORTS = [
    Export(
        "health__health_records",
        lambda world, period: touched(period, world.health_records.created, world.health_records.changed),
        health_records,
        soil=_soil_records,
    ),
    Export("health__health_record_quality", quality_rows, record_quality, soil=_soil_quality),
]
