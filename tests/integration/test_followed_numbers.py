"""Two nights: every number that a reader stored after the first is found after the second, and leads to its thing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citylake.settings import Settings
from samples.people_lake import PeopleLake, Sent

REGISTER, TAX = "market_supervision__enterprises", "tax__taxpayers"
PENALTIES, LICENCES = "development_reform__penalty_publicity", "development_reform__licence_publicity"
FOOD, SOCIAL = "market_supervision__food_licences", "human_resources__insured_persons"
POINTS, LOTS = "natural_resources__points_of_interest", "public_security__parking_lots"
WRONG, RIGHT, REUSED, LATE = (f"91320400MA1{letter * 5}1A" for letter in "ABCD")
RESIDENT_ID = "32040219800101001X"
BASES = {
    "person": ("dim_persons", "person_id"),
    "legal_entity": ("dim_legal_entities", "legal_entity_id"),
    "certificate": ("dim_certificates", "certificate_id"),
    "credit_subject": ("dim_credit_subjects", "credit_subject_id"),
    "place": ("dim_places", "place_id"),
}
WANTED = (
    "fct_entity_id_changes",
    "fct_attribute_history",
    "int_person_known_exceptions",
    *(dim for dim, _ in BASES.values()),
)
LAWS = (
    "a_former_number_leads_to_a_living_one_in_one_step",
    "a_merged_number_leads_to_one_number_alone",
    "an_attribute_has_one_value_a_day",
    "the_newest_value_of_an_attribute_is_that_of_the_dimension",
)
SELECT = " ".join([*(f"+{model},resource_type:{kind}" for model in WANTED for kind in ("model", "seed")), *LAWS])
CORRECTED_ON = date(2025, 9, 20)


def sent(delivery_id: str, dataset: str, day: int, **row: object) -> Sent:
    return Sent(delivery_id, dataset, pl.DataFrame({column: [value] for column, value in row.items()}), day)


def firm(delivery_id: str, day: int, record: str, code: str, name: str, head: str) -> Sent:
    facts = {"entity_record_no": record, "uscc": code, "entity_name": name, "legal_representative_name": head}
    return sent(delivery_id, REGISTER, day, **facts, established_date=date(2010, 1, 1), status="active")


def spot(delivery_id: str, dataset: str, day: int, **row: object) -> Sent:
    where = {"street_code": "320402004", "longitude": 119.974, "latitude": 31.811, "coordinate_system": "cgcs2000"}
    return sent(delivery_id, dataset, day, place_name="和平路停车场", **where, **row)


FIRST_NIGHT = [
    firm("d1", 0, "m1", WRONG, "常州市恒新机械有限公司", "张三"),
    sent("d2", TAX, 1, tax_registration_no=RIGHT, uscc=RIGHT, entity_name="常州市恒新机械有限公司"),
    firm("d3", 2, "m2", REUSED, "常州市天华贸易有限公司", "李四"),
    sent("d4", PENALTIES, 3, subject_name="常州市瑞鑫纺织有限公司", uscc=LATE, decision_no="1", authority_name="局"),
    sent(
        "d5", PENALTIES, 3, subject_name="王小明", resident_id=RESIDENT_ID, decision_no="2", subject_type_code="person"
    ),
    sent(
        "d6", LICENCES, 3, subject_name="常州市天华贸易有限公司", uscc=REUSED, certificate_no="JY0001", decision_no="3"
    ),
    spot("d7", POINTS, 3, poi_id="i1"),
]
SECOND_NIGHT = [
    firm("d11", 19, "m1", RIGHT, "常州市恒新智能装备有限公司", "张三"),
    firm("d12", 19, "m3", REUSED, "常州市明达食品有限公司", "赵六"),
    firm("d13", 19, "m4", LATE, "常州市瑞鑫纺织有限公司", "孙七"),
    sent("d14", SOCIAL, 19, person_no="S1", resident_id=RESIDENT_ID, person_name="王小明", status="insured"),
    sent("d15", FOOD, 19, certificate_no="JY0001", holder_identifier=REUSED, entity_name="常州市天华贸易有限公司"),
    spot("d16", LOTS, 19, parking_lot_id="p1"),
]


class WholeLake(PeopleLake):
    """A lake for every base, not of people alone."""

    def night(self, sent: list[Sent], *, from_nothing: bool = False) -> Path:
        database = self.prepare(sent, from_nothing=from_nothing)
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                "create table lake.quarantined_rows (delivery_id varchar, dataset_id varchar, file_name varchar,"
                " sheet_name varchar, line_number bigint, column_name varchar, raw_value varchar, raw_row varchar,"
                " reason_code varchar, contract_version bigint, row_key varchar, kind varchar,"
                " is_before_replay boolean)"
            )
        self.run(database, SELECT)
        return database


def ask(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set search_path = 'staging,base'")
        return connection.execute(sql).fetchall()


def numbers(database: Path) -> set[tuple[object, ...]]:
    asked = " union all ".join(f"select '{kind}', {number} from base.{dim}" for kind, (dim, number) in BASES.items())
    return set(ask(database, asked))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    lake = WholeLake(Settings(home=tmp_path_factory.mktemp("followed")))
    return lake.night(FIRST_NIGHT), lake.night(FIRST_NIGHT + SECOND_NIGHT)


def test_a_number_stored_last_night_is_found_tonight(nights: tuple[Path, Path]) -> None:
    before, after = nights
    stored, living = numbers(before), numbers(after)
    changes = ask(after, "select entity_type, former_id, entity_id, change_kind from base.fct_entity_id_changes")
    followed = {(kind, former): (kind, entity) for kind, former, entity, change in changes if change != "split"}
    gone = stored - living
    assert {kind for kind, _ in gone} == {"legal_entity", "certificate", "credit_subject", "place"}
    assert {followed.get(one) for one in gone} <= living


def test_numbers_lead_to_what_they_stood_for(nights: tuple[Path, Path]) -> None:
    before, after = nights
    entity = "select legal_entity_id from base.dim_legal_entities where uscc = '{}'"
    ((taxed,),) = ask(before, entity.format(RIGHT))
    ((registered,),) = ask(before, entity.format(WRONG))
    ((first_holder,),) = ask(before, entity.format(REUSED))
    ((second_holder,),) = ask(
        after, "select legal_entity_id from base.dim_legal_entities where entity_name like '%明达%'"
    )
    assert ask(after, entity.format(RIGHT)) == [(registered,)]
    assert ask(after, entity.format(REUSED)) == [(first_holder,)]
    changes = ask(
        after,
        "select former_id, entity_id, change_kind, delivery_id from base.fct_entity_id_changes"
        " where entity_type = 'legal_entity'",
    )
    assert (taxed, registered, "identifier_corrected", "d11") in changes
    assert (first_holder, second_holder, "split", "d12") in changes


@pytest.mark.parametrize(
    ("kind", "was", "stands"),
    [
        ("credit_subject", f"uscc = '{LATE}'", f"uscc = '{LATE}'"),
        ("credit_subject", "subject_type = 'person'", "subject_type = 'person'"),
        ("certificate", "certificate_no = 'JY0001'", "certificate_type_zh = '食品经营许可证'"),
        ("place", "place_type = 'point_of_interest'", "place_type = 'parking_lot'"),
    ],
)
def test_what_stood_alone_is_found_in_what_took_it_in(
    nights: tuple[Path, Path], kind: str, was: str, stands: str
) -> None:
    before, after = nights
    dim, number = BASES[kind]
    ((former,),) = ask(before, f"select {number} from base.{dim} where {was}")
    ((today,),) = ask(after, f"select {number} from base.{dim} where {stands}")
    assert former != today
    assert ask(after, f"select entity_id from base.fct_entity_id_changes where former_id = '{former}'") == [(today,)]


def test_a_name_keeps_the_days_on_which_it_was_borne(nights: tuple[Path, Path]) -> None:
    _, after = nights
    history = "select value, valid_from, valid_to from base.fct_attribute_history where attribute = 'entity_name'"
    assert ask(after, f"{history} order by valid_from") == [
        ("常州市恒新机械有限公司", date(2025, 9, 1), CORRECTED_ON),
        ("常州市恒新智能装备有限公司", CORRECTED_ON, None),
    ]
