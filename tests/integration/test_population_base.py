"""The population base over records made here: the right people, the same numbers, nights equal to full builds."""

from __future__ import annotations

import itertools
import random
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citylake.settings import Settings
from samples.people_lake import PeopleLake, Sent, pairwise, truth_of, whole_city
from samples.people_records import Shares, make_city

MUCH = Shares(0.15, 0.05, 0.05, 0.03, 0.05, 0.05, 0.05)
SOCIAL = "human_resources__insured_persons"
A = "32040219800101001X"


@pytest.fixture
def lake(settings: Settings) -> PeopleLake:
    return PeopleLake(settings)


def rows(database: Path, sql: str) -> pl.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).pl()


def everything(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that the build tells of people, row for row; what only says what was touched tonight is left out."""
    names = rows(
        database,
        "select table_schema || '.' || table_name as name from information_schema.tables where"
        " (table_name like 'int_person%' or table_name in ('dim_persons', 'dim_households'))"
        " and not regexp_matches(table_name, 'touched|asked')",
    )["name"]
    return {name: rows(database, f"select * from {name} order by all").rows() for name in names}


def in_pieces(seed: int, people: int) -> list[Sent]:
    """A city full of faults, its records cut into deliveries at random and put in any order of arrival."""
    draw, pieces = random.Random(seed), []
    for one in whole_city(make_city(people, seed, MUCH).datasets):
        mixed = one.rows.sample(fraction=1.0, shuffle=True, seed=seed)
        cuts = [0, *sorted(draw.randint(0, mixed.height) for _ in range(draw.randint(0, 2))), mixed.height]
        for at, (start, stop) in enumerate(itertools.pairwise(cuts)):
            if stop > start:
                day = one.day + 3 * at
                pieces.append(Sent(f"{one.delivery_id}.{at}", one.dataset, mixed[start:stop], day))
    draw.shuffle(pieces)
    return pieces


def test_nights_that_add_and_take_away_give_what_a_build_from_nothing_gives(lake: PeopleLake, tmp_path: Path) -> None:
    """Another city in every run; the seed stands in the message."""
    seed = random.SystemRandom().randint(0, 10**6)
    pieces = in_pieces(seed, 300)
    part = len(pieces) // 5
    lake.night(pieces[:-part])
    added = everything(lake.night(pieces))
    fresh = PeopleLake(Settings(home=tmp_path / "fresh"))
    full = everything(fresh.night(pieces))
    for name, expected in full.items():
        assert added[name] == expected, f"seed {seed}: {name}"
    less = everything(lake.night(pieces[part:]))
    expected_less = everything(fresh.night(pieces[part:], from_nothing=True))
    assert less == expected_less, f"seed {seed}"


def test_records_find_the_people_they_are_about(lake: PeopleLake) -> None:
    sent = whole_city(make_city(3_000, 11).datasets)
    database = lake.night(sent)
    links = rows(database, "select delivery_id, line_number, role, entity_id from staging.int_persons_links")
    both = truth_of(sent).join(links, on=["delivery_id", "line_number", "role"], how="left")
    assert both["entity_id"].null_count() == 0
    precision, recall = pairwise(both)
    assert precision >= 0.9995
    assert recall >= 0.995
    persons = rows(database, "select count(*) as n, count(distinct person_id) as ids from base.dim_persons")
    assert persons.row(0)[0] == persons.row(0)[1]


def social(delivery_id: str, day: int, number: str, name: str, born: date, person_no: str) -> Sent:
    row = {"person_no": [person_no], "resident_id": [number], "person_name": [name], "birth_date": [born]}
    more = {"insurance_type_code": ["employee_pension"], "status": ["insured"]}
    return Sent(delivery_id, SOCIAL, pl.DataFrame(row | more), day)


def test_numbers_stay_through_corrections_and_stewards_decisions_hold_until_undone(lake: PeopleLake) -> None:
    """An ID is corrected, then seen elsewhere; two people under one ID are called one, then two again."""
    corrected, elsewhere = "32040419700505005X", "320404197005050071"
    known = [
        social("d1", 0, A, "王小明", date(1980, 1, 1), "S1"),
        social("d2", 5, A, "李芳", date(2015, 6, 1), "S2"),
        social("d3", 5, corrected, "赵军", date(1970, 5, 5), "S3"),
    ]
    persons = "select person_name, person_id, resident_id from base.dim_persons order by 1"
    database = lake.night(known)
    numbers = {name: number for name, number, _ in rows(database, persons).iter_rows()}
    (review,) = rows(database, "select review_id, kind from staging.int_persons_reviews").rows()
    assert (len(numbers), review[1]) == (3, "two_people_one_id")

    lake.decisions = [(review[0], "same")]
    known.append(social("d4", 9, elsewhere, "赵军", date(1970, 5, 5), "S3"))
    database = lake.night(known)
    assert rows(database, persons).rows() == [
        ("王小明", numbers["王小明"], A),
        ("赵军", numbers["赵军"], elsewhere),
    ]

    lake.decisions = []
    known.append(social("d5", 12, elsewhere, "赵军", date(1970, 5, 5), "S4"))
    database = lake.night(known)
    assert {name: number for name, number, _ in rows(database, persons).iter_rows()} == numbers
    changes = "select entity_id from staging.int_persons_id_changes where change_kind = 'identifier_corrected'"
    assert rows(database, changes).rows() == [(numbers["赵军"],)]
