"""The world of people keeps the laws of life, and its shares lie near the published ones."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from citylake.simulator.basics.drawing import NO_DAY, Streams, day
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.blocks import periods
from citylake.simulator.exports import people as exports_people
from citylake.simulator.exports import people_cards as exports_people_cards
from citylake.simulator.exports import population_events as events
from citylake.simulator.exports import population_health as health
from citylake.simulator.exports import population_police as police
from citylake.simulator.exports import population_rolls as rolls
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.forms import LAYOUTS
from citylake.simulator.truth import people as truth_people
from citylake.simulator.world.city import World, make_world
from citylake.simulator.world.families import NOBODY, YEAR
from citylake.simulator.world.life import names_on, resident_ids_on

COUNT = 12_000
SCHEDULE = Schedule(date(2025, 9, 30), 3)
UNTIL, FIRST = day(SCHEDULE.until), day(SCHEDULE.first_day)
EXPORTS = [
    export
    for module in (exports_people, exports_people_cards, events, health, police, rolls)
    for export in module.EXPORTS
]
CONTRACTS = Path(__file__).parents[2] / "plugins" / "citylake" / "contracts" / "datasets"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(COUNT, SCHEDULE, Streams(41))


def arrays_of(one: object) -> dict[str, np.ndarray]:
    values = {item.name: getattr(one, item.name) for item in fields(one)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


# -- the same seed, the same people -----------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_people_and_another_seed_others(world: World) -> None:
    again, other = (make_world(COUNT, SCHEDULE, Streams(seed)) for seed in (41, 42))
    for part in ("people", "life", "weddings", "births", "deaths", "residences", "health_records", "jobs", "care"):
        for name, value in arrays_of(getattr(world, part)).items():
            assert np.array_equal(value, arrays_of(getattr(again, part))[name]), (part, name)
    assert not np.array_equal(world.people.birth, other.people.birth)


# -- families ---------------------------------------------------------------------------------------------------------


def test_couples_are_of_age_and_alive_when_they_marry(world: World) -> None:
    people, life, families = world.people, world.life, world.people.families
    wives = np.flatnonzero((families.spouse >= 0) & ~people.is_male)
    husbands = families.spouse[wives]
    assert len(wives) > COUNT / 5
    assert (families.spouse[husbands] == wives).all() and people.is_male[husbands].all()
    assert (families.wedding[wives] == families.wedding[husbands]).all()
    assert (families.wedding[wives] - people.birth[wives] >= 20 * 365).all()
    assert (families.wedding[wives] - people.birth[husbands] >= 22 * 365).all()
    for one in (wives, husbands):
        assert ((life.death[one] == NO_DAY) | (life.death[one] > families.wedding[one])).all()
        assert (families.wedding[one] <= UNTIL).all()
    parted = families.divorce[wives] != NO_DAY
    assert (families.divorce[wives][parted] > families.wedding[wives][parted]).all()


def test_mothers_are_of_an_age_and_alive_and_fathers_are_their_husbands(world: World) -> None:
    people, families = world.people, world.people.families
    child = np.flatnonzero(families.mother >= 0)
    mother, father = families.mother[child], families.fathers(child)
    age = (people.birth[child] - people.birth[mother]) / YEAR
    assert len(child) > COUNT / 5 and age.min() >= 19 and age.max() <= 44
    assert (father == families.spouse[mother]).all() and not people.is_male[mother].any()
    for parent in (mother, father):
        died = world.life.death[parent]
        assert ((died == NO_DAY) | (died > people.birth[child])).all()
    assert (people.naming.surname[child] == people.naming.surname[father]).all()


def test_brothers_and_sisters_are_twins_or_a_year_apart(world: World) -> None:
    families = world.people.families
    child = np.flatnonzero(families.mother >= 0)
    order = child[np.lexsort((world.people.birth[child], families.mother[child]))]
    same_mother = families.mother[order][1:] == families.mother[order][:-1]
    apart = np.diff(world.people.birth[order])[same_mother]
    assert ((apart == 0) | (apart > 300)).all()
    is_twin = families.is_twin[order][1:][same_mother] & families.is_twin[order][:-1][same_mother]
    assert (apart[is_twin] == 0).all() and is_twin.any()


def test_a_household_lives_at_one_address_with_its_head(world: World) -> None:
    people = world.people
    head = people.household
    assert (head[head] == head).all()
    for name in ("address", "lived", "division", "street"):
        values = getattr(people, name)
        assert (values == values[head]).all(), name
    together = (people.families.spouse >= 0) & (people.families.divorce == NO_DAY)
    assert (head[together] == head[people.families.spouse[together]]).all()


def test_marital_state_follows_the_family(world: World) -> None:
    people, life, families = world.people, world.life, world.people.families
    everyone = np.arange(COUNT)
    state = people.marital_on(UNTIL, life.death, everyone)
    known = families.spouse >= 0
    widowed = known & (families.divorce == NO_DAY) & (life.death[np.maximum(families.spouse, 0)] != NO_DAY)
    assert (state[widowed] == 2).all() and widowed.any()
    assert (state[known & (families.divorce != NO_DAY)] == 3).all()
    assert (state[people.age(UNTIL) < 20] == 0).all()
    assert (people.marital_on(day(date(1970, 1, 1)), life.death, everyone[known & (people.birth > 0)]) == 0).all()


# -- life -------------------------------------------------------------------------------------------------------------


def test_numbers_of_today_and_of_before_are_nobody_elses(world: World) -> None:
    people, life = world.people, world.life
    now = people.resident_ids()
    changed = life.renumbered.index
    before = resident_ids_on(people, life, NO_DAY, changed)
    assert now.is_unique().all() and len(changed) > 0
    assert not before.is_in(now.to_list()).any() and not people.first_resident_ids().is_in(now.to_list()).any()
    assert resident_ids_on(people, life, UNTIL, changed).equals(now.gather(changed))


def test_departments_number_everybody_once_in_the_largest_city_too(world: World) -> None:
    who = np.concatenate([np.arange(500), np.arange(10_000_000, 10_000_500), np.arange(19_999_500, 20_000_000)])
    for numbers in (world.people.register_nos(who), world.insurance.social_nos(who), world.insurance.medical_nos(who)):
        assert numbers.is_unique().all() and numbers.str.len_chars().n_unique() == 1
    assert world.cards.numbers(who).str.slice(1).is_unique().all()


def test_names_change_on_the_day_of_the_change(world: World) -> None:
    people, life = world.people, world.life
    changed = life.renamed.index
    before, after = (names_on(people, life, life.renamed[changed] + shift, changed) for shift in (-1, 0))
    assert after.equals(people.names(changed))
    assert (before != after).mean() > 0.9


def test_nobody_is_struck_off_before_death_and_some_never_are(world: World) -> None:
    people, life = world.people, world.life
    struck = life.change == 1
    assert (life.changed[struck] > life.death[struck]).all()
    dead = people.is_registered & (life.death != NO_DAY) & (life.death < UNTIL - 120)
    assert 0 < (life.change[dead] != 1).sum() < 0.1 * dead.sum()
    assert (life.entered >= people.birth).all() and (life.death[life.death != NO_DAY] <= UNTIL).all()


def test_every_day_of_the_simulated_months_has_something_to_deliver(world: World) -> None:
    span = np.arange(FIRST, UNTIL + 1)
    for days in (world.life.changed, world.residences.begun, world.licences.changed, world.health_records.changed):
        assert np.isin(span, days).all()


# -- shares -----------------------------------------------------------------------------------------------------------


def test_shares_lie_near_the_published_ones(world: World) -> None:
    people, life = world.people, world.life
    local = people.is_registered
    assert people.is_male[local].mean() == pytest.approx(189.26 / 386.63, abs=0.02)
    residents = life.is_alive_on(UNTIL)
    assert people.is_male[residents].mean() == pytest.approx(2_711_786 / 5_278_121, abs=0.02)
    # 389.34 of 536.6 (2022), and those registered here who live elsewhere.
    assert local.mean() == pytest.approx(0.72, abs=0.02)
    # 武进区 with the development zone: 100.75 registered, 172.41 resident of 389.34 and 536.6 (2023).
    assert (people.division[local] == 3).mean() == pytest.approx(110.8 / 365.9, abs=0.03)
    assert (people.division[~local] == 3).mean() == pytest.approx(71.66 / 147.4, abs=0.05)
    # Yearly deaths of about 7.7 and births of about 5 in a thousand; census: 2.51 persons a family household.
    years = (UNTIL - day(date(2019, 1, 1))) / YEAR
    assert (life.death[local] != NO_DAY).mean() / years == pytest.approx(0.0072, abs=0.0015)
    assert (people.birth > UNTIL - 5 * 365).mean() / 5 == pytest.approx(0.005, abs=0.002)
    sizes = np.bincount(people.household)
    assert sizes[sizes > 0].mean() == pytest.approx(2.35, abs=0.35)


# -- exports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.dataset)
def test_a_clean_export_has_all_columns_and_each_key_once(world: World, export: Export) -> None:
    layout = LAYOUTS[export.dataset]
    key = yaml.safe_load((CONTRACTS / f"{export.dataset}.yml").read_text(encoding="utf-8"))["key"]
    seen = []
    for period in periods(SCHEDULE, layout, 0):
        rows = export.rows(world, period)
        frame = export.frame(world, period, rows)
        assert frame.height == len(rows)
        assert {one.name for one in layout.fields} - set(frame.columns) <= {"uscc"}, export.dataset
        assert frame.select(key).null_count().transpose().sum().item() == 0
        assert frame.select(key).is_unique().all(), period.label
        assert any(name.startswith("_person") for name in frame.columns)
        seen.append(frame.height)
    assert seen and max(seen) > 0


def test_a_block_holds_what_the_whole_holds(world: World) -> None:
    export = next(one for one in EXPORTS if one.dataset == "public_security__residence_permits")
    period = periods(SCHEDULE, LAYOUTS[export.dataset], 0)[0]
    rows = export.rows(world, period)
    whole, part = export.frame(world, period, rows), export.frame(world, period, rows[500:700])
    assert whole[500:700].equals(part)


def test_partners_from_elsewhere_are_nobody_in_the_truth(world: World) -> None:
    period = periods(SCHEDULE, LAYOUTS["civil_affairs__marriage_registrations"], 0)[0]
    rows = np.arange(len(world.weddings.day))
    frame = events.marriages(world, period, rows)
    elsewhere = frame.filter(pl.col("_person__husband") == NOBODY)
    assert 0 < elsewhere.height < frame.height / 5
    assert elsewhere["husband_name"].null_count() == elsewhere["husband_resident_id"].null_count() == 0
    assert not elsewhere["husband_resident_id"].is_in(world.people.resident_ids().to_list()).any()


def test_the_truth_holds_every_person_once_with_the_household_of_the_register(world: World) -> None:
    truth = truth_people.persons(world)
    assert truth.height == COUNT and truth["true_entity_id"].is_unique().all()
    registered = truth.filter(pl.col("is_registered"))
    sizes = registered.group_by("true_household_id").agg(pl.len(), pl.col("household_size").first())
    assert (sizes["len"] == sizes["household_size"]).all()
    elsewhere = truth.filter(~pl.Series(world.people.is_registered))
    assert elsewhere["true_household_id"].null_count() == elsewhere.height
