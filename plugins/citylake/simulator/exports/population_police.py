"""Residence registrations of newcomers and driving licences: typed frames of a period, and their dirt."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import numbered, where
from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import service_places as institutions
from citylake.simulator.exports.dirt_people import mistyped_numbers, soil_police
from citylake.simulator.exports.people import SEXES, identity
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import last_day, office_seconds, touched
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World

FIRST_LICENCE, FIRST_PERMIT = 60_000_000, 70_000_000
REASONS = ["work", "business", "study", "family", "other"]
CLASSES = ("C1", "C2", "B2", "A2", "C1D", "C1E", "A1", "D")
CLASS_WEIGHTS = (0.62, 0.2, 0.05, 0.02, 0.07, 0.01, 0.01, 0.02)
NO_ADDRESS = -1


def residence_permits(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The increment of the registrations, each in its state at the period's end."""
    book, people, hashed, ground = world.residences, world.people, world.people.hashed, world.ground
    known, end = last_day(period, book.begun[rows], book.changed[rows]), day(period.end)
    who, address = book.person[rows], book.address[rows]
    permit = book.permit[rows]
    has_permit = (permit != NO_DAY) & (permit <= end)
    has_code = hashed.share("code", rows) < 0.7
    is_ended = (book.ended[rows] != NO_DAY) & (book.ended[rows] <= end)
    reason = hashed.weighted("reason", rows, (0.62, 0.1, 0.06, 0.18, 0.04))
    reason = np.where(people.age(end, who) < 16, np.where(reason == 2, 2, 3), reason)
    return pl.DataFrame(
        {
            "residence_register_no": numbered("LD3204", 9, rows),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "household_division_code": world.people.household_divisions(who),
            "phone": people.phones(who),
            "address": ground.address_texts(address),
            "address_code": where(has_code, ground.address_codes(address)),
            "community_code": ground.community_codes(address),
            "residence_reason_code": pick(REASONS, reason),
            "certificate_no": where(has_permit, numbered("JZ3204", 9, rows)),
            "issued_date": dates(np.where(has_permit, permit, NO_DAY)),
            "valid_to_date": dates(np.where(has_permit, permit + 365, NO_DAY)),
            "status": pick(["active", "ended"], is_ended.astype(np.int64)),
            "updated_at": moments(office_seconds(hashed, "residences", known, rows)),
            "_certificate": pl.Series(np.where(has_permit, FIRST_PERMIT + rows, -1), dtype=pl.Int32),
            "_address": pl.Series(address, dtype=pl.Int32),
            **identity(world, who, known),
        }
    )


def _soil_permits(table: Table, world: World, rng: np.random.Generator) -> None:
    """Addresses that name no place, numbers of relatives and passports, the landlord's phone over many rows."""
    vague = table.some(rng, 0.01)
    words = pick(["同上", "宿舍", "厂内", "出租房"], rng.integers(0, 4, len(vague)))
    table.put("address_names_no_place", "address", vague, lambda _: words, ACCEPTED)
    table.frame = table.frame.with_columns(table.frame["_address"].clone().scatter(vague, NO_ADDRESS).alias("_address"))
    relative = world.people.families.spouse[table.frame["_person"].to_numpy()]
    theirs = table.some(rng, 0.004, pl.Series(relative >= 0))
    numbers = world.people.resident_ids(relative[theirs])
    table.put("number_of_a_relative", "resident_id", theirs, lambda _: numbers, ACCEPTED)
    foreign = table.some(rng, 0.003)
    passports = numbered("E", 8, rng.integers(0, 10**8, len(foreign)))
    table.put("passport", "resident_id", foreign, lambda _: passports, LEFT_OUT, "resident_id.length")
    landlord = table.some(rng, 0.03)
    phones = numbered("1391234", 4, rng.integers(0, 1 + len(landlord) // 40, len(landlord)))
    table.put("phone_of_the_landlord", "phone", landlord, lambda _: phones, ACCEPTED)
    mistyped_numbers(table, rng)
    soil_police(table, world, rng)


def driving_licences(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The increment of the licences; the number of a licence is the resident ID."""
    book, people, hashed = world.licences, world.people, world.people.hashed
    known = last_day(period, book.issued[rows], book.changed[rows])
    who = book.person[rows]
    who_is = identity(world, who, known)
    since = np.where(book.changed[rows] == known, known, book.issued[rows])
    years = np.where(since - book.issued[rows] > 12 * 365, 0, np.where(since - book.issued[rows] > 5 * 365, 10, 6))
    return pl.DataFrame(
        {
            "certificate_type_code": pl.repeat("机动车驾驶证", len(rows), eager=True),
            "certificate_no": who_is["resident_id"],
            "archive_no": numbered("0", 11, 32_040_000_000 + rows * 3),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "licence_class_code": pick(CLASSES, hashed.weighted("class", rows, CLASS_WEIGHTS)),
            "issued_date": dates(book.issued[rows]),
            "valid_from_date": dates(since),
            "valid_to_date": dates(np.where(years == 0, NO_DAY, since + years * 365 + years // 4)),
            "authority_name": institutions.police_names(people.division[who]),
            "status": pick(
                ["A", "AG", "H", "M", "AE"], hashed.weighted("letters", rows, (0.9, 0.03, 0.03, 0.02, 0.02))
            ),
            "updated_at": moments(office_seconds(hashed, "licences", known, rows)),
            "_certificate": pl.Series(FIRST_LICENCE + rows, dtype=pl.Int32),
            **who_is,
        }
    )


def _soil_licences(table: Table, world: World, rng: np.random.Generator) -> None:
    """Classes in other spellings, numbers of fifteen digits, archive numbers without their zero."""
    tractor = table.some(rng, 0.5, table.cells["licence_class_code"] == "C1D")
    table.put("two_classes_in_a_cell", "licence_class_code", tractor, same("C1/D"), ACCEPTED)
    old = table.some(rng, 0.03, table.cells["certificate_no"].str.contains(r"^\d{6}19"))
    table.put("fifteen_digits", "certificate_no", old, lambda v: v.str.slice(0, 6) + v.str.slice(8, 9), ACCEPTED)
    for_life = table.some(rng, 0.5, table.frame["valid_to_date"].is_null())
    table.put("open_end_in_words", "valid_to_date", for_life, same("长期"), ACCEPTED)
    table.put("lost_leading_zero", "archive_no", table.some(rng, 0.01), lambda v: v.str.slice(1), ACCEPTED)
    mistyped_numbers(table, rng)
    soil_police(table, world, rng)


EXPORTS = [
    Export(
        "public_security__residence_permits",
        lambda world, period: touched(period, world.residences.begun, world.residences.changed),
        residence_permits,
        soil=_soil_permits,
    ),
    Export(
        "public_security__driving_licences",
        lambda world, period: touched(period, world.licences.issued, world.licences.changed),
        driving_licences,
        soil=_soil_licences,
    ),
]
