"""Marriages, births and deaths as civil affairs and hospitals report them: typed frames of a period, and their dirt."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import by_few, numbered, where
from citylake.simulator.basics.drawing import dates, day, moments, pick, ymd
from citylake.simulator.basics.identifiers import resident_ids
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import service_places as institutions
from citylake.simulator.exports.dirt_people import mistyped_numbers, soil_people
from citylake.simulator.exports.people import SEXES, identity
from citylake.simulator.faults.dirt import soil_addresses
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import office_seconds
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT
from citylake.simulator.files.table import Change, Table, same
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.families import NOBODY
from citylake.simulator.world.life import names_on, resident_ids_on
from citylake.simulator.world.life_events import BOOKED_SINCE, WEDDING
from citylake.simulator.world.people_names import ALL_SURNAMES

FIRST_MARRIAGE, FIRST_BIRTH, FIRST_DEATH = 80_000_000, 85_000_000, 87_000_000
SWAPPING_OFFICE = places.DIVISIONS[4]
CAUSES = ("I25.9", "I63.9", "C34.9", "C22.9", "J44.9", "I61.9", "E14.9", "C16.9", "R54", "V89.2", "W19", "K74.6")


def booked_within(days: np.ndarray, period: Period) -> np.ndarray:
    """Entries booked within the period, in order of booking."""
    rows = np.flatnonzero((days >= day(period.begin)) & (days <= day(period.end)))
    return rows[np.argsort(days[rows], kind="stable")]


def _partner(world: World, who: np.ndarray, other: np.ndarray, on: np.ndarray, side: str) -> dict[str, pl.Series]:
    """Name and number of one side; people whom the city does not know otherwise have both as well."""
    people, life = world.people, world.life
    known, at = who >= 0, np.maximum(who, 0)
    name, number = _strangers(world, np.maximum(other, 0), is_male=side == "husband")
    return {
        f"{side}_name": where(known, names_on(people, life, on, at), name),
        f"{side}_resident_id": where(known, resident_ids_on(people, life, on, at), number),
        f"_person__{side}": pl.Series(who, dtype=pl.Int32),
    }


def _strangers(world: World, spouse: np.ndarray, is_male: bool) -> tuple[pl.Series, pl.Series]:
    """Names and numbers of people from elsewhere who married these."""
    people, hashed = world.people, world.people.hashed
    given = people.names(hashed.below("stranger", spouse, people.count)).str.slice(1)
    name = pick(ALL_SURNAMES, hashed.below("stranger's surname", spouse, 60)) + given
    area = np.array(places.ELSEWHERE_OLD)[hashed.below("stranger's home", spouse, len(places.ELSEWHERE_OLD))]
    birth = people.birth[spouse] + hashed.below("stranger's birth", spouse, 2000) - 1000
    sequence = 801 + 2 * hashed.below("stranger's number", spouse, 90) - (not is_male)
    return name, resident_ids(area, ymd(birth), sequence)


def marriages(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Entries of the marriage offices, those of paper books with them as they are typed in."""
    book, people = world.weddings, world.people
    husband, wife, on = book.husband[rows], book.wife[rows], book.day[rows]
    is_paper = (on < BOOKED_SINCE) & (book.event[rows] == WEDDING)
    division = people.division[np.where(husband >= 0, husband, wife)]
    year = pl.Series(on.astype(np.int32)).cast(pl.Date).dt.year().cast(pl.String)
    code = pick(places.DIVISIONS, division)
    letter = pick(["J", "L", "BJ"], book.event[rows])
    new = letter + code + "-" + year + "-" + numbered("", 6, rows % 1_000_000)
    old = (
        "常" + pick([name[:1] for name in places.DIVISION_NAMES], division) + "结字第" + numbered("", 5, rows % 90_000)
    )
    status = np.where(book.event[rows] == 1, 1, 0)
    return pl.DataFrame(
        {
            "certificate_no": where(is_paper, old + "号", new),
            "marriage_event_code": pick(["wedding", "divorce", "reissue"], book.event[rows]),
            **_partner(world, husband, wife, on, "husband"),
            **_partner(world, wife, husband, on, "wife"),
            "registered_date": dates(on),
            "division_code": code,
            "entity_name": institutions.marriage_offices(division),
            "status": pick(["married", "divorced"], status),
            "updated_at": moments(office_seconds(people.hashed, "marriages", book.booked[rows], rows)),
            "_certificate": pl.Series(FIRST_MARRIAGE + rows, dtype=pl.Int32),
            "_is_paper": pl.Series(is_paper),
        }
    )


def _instead(cells: pl.Series) -> Change:
    return lambda _: cells


def _soil_marriages(table: Table, world: World, rng: np.random.Generator) -> None:
    """Old entries without numbers, columns changed about in one office, dates as text with dots."""
    is_paper = table.frame["_is_paper"]
    for side in ("husband", "wife"):
        table.put(
            "number_not_in_paper_book", f"{side}_resident_id", table.some(rng, 0.35, is_paper), same(""), ACCEPTED
        )
    swapped = table.some(rng, 0.2, table.frame["division_code"] == SWAPPING_OFFICE)
    for name in ("name", "resident_id"):
        husband, wife = table.cells[f"husband_{name}"].gather(swapped), table.cells[f"wife_{name}"].gather(swapped)
        table.put("sides_changed_about", f"husband_{name}", swapped, _instead(wife), ACCEPTED)
        table.put("sides_changed_about", f"wife_{name}", swapped, _instead(husband), ACCEPTED)
    one, other = table.frame["_person__husband"].gather(swapped), table.frame["_person__wife"].gather(swapped)
    table.frame = table.frame.with_columns(
        table.frame["_person__husband"].clone().scatter(swapped, other).alias("_person__husband"),
        table.frame["_person__wife"].clone().scatter(swapped, one).alias("_person__wife"),
    )
    dotted = table.some(rng, 0.05)
    text = table.frame["registered_date"].dt.strftime("%Y.%-m.%-d").gather(dotted)
    table.put("date_with_dots", "registered_date", dotted, lambda _: text, ACCEPTED)


def births(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Certificates of birth; a replacement repeats the birth under a new number."""
    book, people, life = world.births, world.people, world.life
    child, issued = book.child[rows], book.issued[rows]
    mother, father = people.families.mother[child], people.families.fathers(child)
    address = people.lived[mother]
    hospital = institutions.hospitals_of(world, institutions.wards_of(world, child))
    minute = people.hashed.below("minute of birth", mother, 1440) * 60
    return pl.DataFrame(
        {
            "certificate_no": numbered("U32", 7, rows),
            "person_name": names_on(people, life, issued, child),
            "sex": pick(SEXES, people.is_male[child].astype(np.int64)),
            "birth_date": dates(people.birth[child]),
            "occurred_at": moments(people.birth[child].astype(np.int64) * 86400 + minute),
            "mother_name": names_on(people, life, issued, mother),
            "mother_resident_id": resident_ids_on(people, life, issued, mother),
            "father_name": names_on(people, life, issued, father),
            "father_resident_id": resident_ids_on(people, life, issued, father),
            "address": world.ground.address_texts(address),
            "institution_code": by_few(world.medical.codes, hospital),
            "entity_name": by_few(world.medical.names, hospital),
            "issued_date": dates(issued),
            "status": pick(["valid", "replacement"], book.is_replacement[rows].astype(np.int64)),
            "_person": pl.Series(child, dtype=pl.Int32),
            "_person__mother": pl.Series(mother, dtype=pl.Int32),
            "_person__father": pl.Series(father, dtype=pl.Int32),
            "_certificate": pl.Series(FIRST_BIRTH + rows, dtype=pl.Int32),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


def _soil_births(table: Table, world: World, rng: np.random.Generator) -> None:
    """Children without a name yet, fathers left out."""
    surname = table.frame["mother_name"].str.slice(0, 1)
    nameless = table.some(rng, 0.06)
    kin = pick(["之女", "之子"], (table.frame["sex"] == "male").cast(pl.Int64).to_numpy())
    table.put("no_name_yet", "person_name", nameless, lambda _: (surname + kin).gather(nameless), ACCEPTED)
    table.put("no_name_yet", "person_name", table.some(rng, 0.01), same("未取名"), ACCEPTED)
    fatherless = table.some(rng, 0.02)
    for name in ("father_name", "father_resident_id"):
        table.put("father_left_out", name, fatherless, same(""), ACCEPTED)
    table.frame = table.frame.with_columns(
        table.frame["_person__father"].clone().scatter(fatherless, NOBODY).alias("_person__father")
    )
    soil_addresses(table, rng, 0.005)


def deaths(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Certificates of death, in the order in which they were reported."""
    book, people, life = world.deaths, world.people, world.life
    who, reported = book.person[rows], book.reported[rows]
    address = people.lived[who]
    is_home = book.is_home[rows]
    place = np.where(is_home, 1, np.array([0, 0, 0, 0, 2, 3, 4])[people.hashed.below("death place", who, 7)])
    hospital = institutions.hospitals_of(world, people.hashed.below("hospital of death", who, 1000))
    centre = institutions.centres_of(world, people.lived_street[who])
    return pl.DataFrame(
        {
            "certificate_no": numbered("3204", 12, rows * 3 + 7),
            "sex": pick(SEXES, people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "death_date": dates(life.death[who]),
            "death_place_code": pick(["hospital", "home", "on_the_way", "care_home", "other"], place),
            "cause_code": pick(CAUSES, people.hashed.below("cause", who, len(CAUSES))),
            "address": world.ground.address_texts(address),
            "household_division_code": world.people.household_divisions(who),
            "entity_name": by_few(world.medical.names, np.where(is_home, centre, hospital)),
            "issued_date": dates(np.maximum(life.death[who], reported - 1)),
            "reported_at": moments(office_seconds(people.hashed, "deaths", reported, rows)),
            "status": pick(["reviewed", "pending"], (people.hashed.share("review", rows) < 0.03).astype(np.int64)),
            **identity(world, who, reported),
            "_certificate": pl.Series(FIRST_DEATH + rows, dtype=pl.Int32),
            "_address": pl.Series(address, dtype=pl.Int32),
            "_is_home": pl.Series(is_home),
        }
    )


def _soil_deaths(table: Table, world: World, rng: np.random.Generator) -> None:
    """Numbers missing or of the child who reported, dates without a day."""
    table.put("number_missing", "resident_id", table.some(rng, 0.01), same(""), ACCEPTED)
    families, who = world.people.families, table.frame["_person"].to_numpy()
    mine = families.spouse[who]
    married = table.some(rng, 0.01, pl.Series(mine >= 0))
    reporters = world.people.resident_ids(mine[married])
    table.put("number_of_the_reporter", "resident_id", married, lambda _: reporters, ACCEPTED)
    vague = table.some(rng, 0.03, table.frame["_is_home"])
    month = table.frame["death_date"].dt.strftime("%Y-%m").gather(vague)
    table.put("date_without_a_day", "death_date", vague, lambda _: month, LEFT_OUT, "value.no_day")
    mistyped_numbers(table, rng)
    soil_people(table, world, rng)


EXPORTS = [
    Export(
        "civil_affairs__marriage_registrations",
        lambda world, period: booked_within(world.weddings.booked, period),
        marriages,
        soil=_soil_marriages,
    ),
    Export(
        "health__birth_certificates",
        lambda world, period: booked_within(world.births.issued, period),
        births,
        soil=_soil_births,
        sheet_of=lambda world, period, rows: institutions.wards_of(world, world.births.child[rows]),
    ),
    Export(
        "health__death_certificates",
        lambda world, period: booked_within(world.deaths.reported, period),
        deaths,
        soil=_soil_deaths,
    ),
]
