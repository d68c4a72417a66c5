"""The worlds of legal entities, certificates and credit records, and what departments write of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from citylake.simulator.basics.drawing import NO_DAY, Streams, day
from citylake.simulator.basics.schedule import Period, Schedule
from citylake.simulator.exports import bodies as exports_bodies
from citylake.simulator.exports import certificates as exports_certificates
from citylake.simulator.exports import credit as exports_credit
from citylake.simulator.exports import directories as exports_directories
from citylake.simulator.exports import entities as exports_entities
from citylake.simulator.exports import institutions as exports_institutions
from citylake.simulator.exports import listings as exports_listings
from citylake.simulator.exports import supervision as exports_supervision
from citylake.simulator.exports.dirt_credit import soil_penalties
from citylake.simulator.files.forms import LAYOUTS
from citylake.simulator.files.marks import UNLINKED
from citylake.simulator.files.rendering import render
from citylake.simulator.files.table import Table
from citylake.simulator.registry import EXPORTS
from citylake.simulator.world.certificates import BUSINESS, PROPERTY
from citylake.simulator.world.city import World, make_world
from citylake.simulator.world.entities import BRANCH, FIRST_USCC, ORGAN, PREFIXES, SELF_EMPLOYED
from citylake.simulator.world.entity_names import SHOPS

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
UNTIL = date(2025, 9, 30)
DATASETS = [
    export.dataset
    for module in (
        exports_entities,
        exports_bodies,
        exports_directories,
        exports_certificates,
        exports_credit,
        exports_supervision,
        exports_institutions,
        exports_listings,
    )
    for export in module.EXPORTS
]
STOCK = Period("202509", date(1900, 1, 1), UNTIL)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(2_000, Schedule(UNTIL, 2), Streams(5))


def is_credit_code(text: str) -> bool:
    total = sum(ALPHABET.index(c) * 3**i for i, c in enumerate(text[:17]))
    values = [ord(c) - 55 if c.isalpha() else int(c) for c in text[8:17]]
    ninth = 11 - sum(v * w for v, w in zip(values[:8], [3, 7, 9, 10, 5, 8, 4, 2], strict=True)) % 11
    return ALPHABET[(31 - total % 31) % 31] == text[17] and text[16] == {10: "X", 11: "0"}.get(ninth, str(ninth))


def frame_of(world: World, dataset: str, period: Period = STOCK) -> pl.DataFrame:
    export = EXPORTS[dataset]
    return export.frame(world, period, export.rows(world, period))


# -- legal entities ---------------------------------------------------------------------------------------------------


def test_credit_codes_are_valid_unique_and_of_their_kind(world: World) -> None:
    entities = world.enterprises
    rows = np.arange(entities.count)
    codes = entities.codes(rows)
    assert all(map(is_credit_code, codes.to_list()))
    assert codes.is_unique().all()
    assert codes.str.slice(0, 2).cast(pl.Int64).to_list() == PREFIXES[entities.kind].tolist()
    assert entities.registration_nos(rows).is_unique().all()


def test_an_entity_closed_before_credit_codes_came_has_none(world: World) -> None:
    entities = world.enterprises
    early = np.flatnonzero((entities.kind < BRANCH) & (entities.closed > NO_DAY) & (entities.closed < FIRST_USCC))
    assert len(early) > 10
    assert entities.usccs(early).null_count() == len(early)


def test_a_branch_belongs_to_an_enterprise_older_than_itself_and_bears_its_name(world: World) -> None:
    entities = world.enterprises
    branches = entities.of_kind(BRANCH)
    parents = entities.parent[branches]
    assert len(branches) > 10
    assert (entities.kind[parents] < BRANCH).all()
    assert (entities.established[parents] < entities.established[branches]).all()
    names = pl.DataFrame({"own": entities.names(branches), "parent": entities.names(parents)})
    assert names.select((pl.col("own").str.starts_with(pl.col("parent"))).all()).item()
    assert (entities.parent[: entities.firms] == -1).all()


def test_days_of_an_entity_follow_each_other(world: World) -> None:
    entities, until = world.enterprises, day(UNTIL)
    is_closed, is_changed = entities.closed > NO_DAY, entities.changed > NO_DAY
    assert (entities.established <= until).all()
    assert (entities.closed[is_closed] > entities.established[is_closed]).all()
    assert (entities.closed <= until).all() and (entities.changed <= until).all()
    assert (entities.changed[is_changed] > entities.established[is_changed]).all()
    assert ((entities.status > 0) == is_closed).all()
    assert not (is_closed & is_changed).any()


def test_a_name_changes_on_the_day_of_the_change_alone(world: World) -> None:
    entities = world.enterprises
    renamed = np.flatnonzero((entities.change == 1) & (entities.kind < BRANCH))[:50]
    for one in renamed:
        at = np.array([one])
        before, after = (entities.names(at, int(entities.changed[one]) + shift).item() for shift in (-1, 0))
        assert before != after == entities.names(at).item()


def test_some_names_are_borne_by_three_firms_and_by_many_operators(world: World) -> None:
    entities = world.enterprises
    names = entities.names(np.arange(entities.firms))
    assert names.value_counts().filter(pl.col("count") >= 3).height >= 1
    shops = entities.of_kind(SELF_EMPLOYED)
    unnamed = entities.names(shops) == world.people.names(entities.representative[shops])
    assert 0.1 < unnamed.mean() < 0.35


def test_stalls_are_registered_anew_under_another_code_by_the_same_operator(world: World) -> None:
    entities = world.enterprises
    again = np.flatnonzero((entities.name_key != np.arange(entities.count)) & (entities.kind == SELF_EMPLOYED))
    former = entities.name_key[again]
    assert len(again) >= 1
    assert (entities.representative[again] == entities.representative[former]).all()
    assert (entities.closed[former] > NO_DAY).all()
    assert (entities.established[again] >= entities.closed[former]).all()
    assert (entities.usccs(again) != entities.usccs(former)).all()


def test_public_bodies_lie_where_their_name_says(world: World) -> None:
    entities = world.enterprises
    rows = entities.of_kind(ORGAN)
    lists = pl.DataFrame({"name": entities.names(rows), "division": entities.division[rows]})
    named = lists.filter(pl.col("name").str.contains("武进区"))
    assert named.height and (named["division"] == 3).all()


def test_what_a_shop_sells_gives_its_industry(world: World) -> None:
    entities = world.enterprises
    rows = entities.of_kind(SELF_EMPLOYED)[:40]
    assert entities.industries(rows).to_list() == [SHOPS[at][1] for at in entities.trade[rows]]


# -- certificates -----------------------------------------------------------------------------------------------------


def test_a_certificate_lies_within_the_life_of_its_holder_and_ends_after_it_began(world: World) -> None:
    book, entities = world.certificates, world.enterprises
    held = book.entity >= 0
    assert (held != (book.person >= 0)).all()
    assert (book.issued[held] >= entities.established[book.entity[held]]).all()
    ends = book.valid_to > NO_DAY
    assert (book.valid_to[ends] >= book.issued[ends]).all()
    closed = book.closed > NO_DAY
    assert (book.closed[closed] >= book.issued[closed]).all()
    assert (book.issued <= day(UNTIL)).all()


def test_numbers_of_certificates_are_unique_within_their_kind(world: World) -> None:
    book = world.certificates
    rows = np.arange(book.count)
    found = pl.DataFrame({"kind": book.kind_of(rows), "number": book.numbers(rows)})
    assert found["number"].null_count() == 0
    assert found.is_unique().all()


def test_a_title_of_two_is_held_by_spouses(world: World) -> None:
    book = world.certificates
    rows = book.of_kind(PROPERTY)
    joint = rows[book.other[rows] >= 0]
    assert len(joint) > 10
    assert (world.people.families.spouse[book.person[joint]] == book.other[joint]).all()


def test_of_two_licences_of_one_entity_the_former_is_replaced_when_the_later_is_issued(world: World) -> None:
    book = world.certificates
    rows = book.of_kind(BUSINESS)
    twice = pl.DataFrame({"row": rows, "entity": book.entity[rows]}).filter(pl.len().over("entity") == 2).sort("row")
    former, later = (twice.group_by("entity", maintain_order=True).agg(pl.col("row").get(at))["row"] for at in (0, 1))
    assert twice.height
    assert (book.closed[former.to_numpy()] == book.issued[later.to_numpy()]).all()


# -- credit -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["licences", "penalties", "lists", "abnormal", "defaulters", "repairs", "inspections"])
def test_a_record_has_one_subject_that_existed_when_it_was_made(world: World, name: str) -> None:
    book, entities = getattr(world.credit, name), world.enterprises
    of_entity = book.entity >= 0
    assert (of_entity != (book.person >= 0)).all()
    subject = book.entity[of_entity]
    assert (entities.established[subject] <= book.made[of_entity]).all()
    if name != "repairs":
        ends = entities.closed[subject]
        assert ((ends == NO_DAY) | (book.made[of_entity] <= ends)).all()
    closed = book.closed > NO_DAY
    assert (book.closed[closed] >= book.made[closed]).all()
    assert (book.made <= day(UNTIL)).all()


def test_a_repair_closes_the_record_that_it_names(world: World) -> None:
    credit = world.credit
    for kind, book in ((0, credit.penalties), (1, credit.abnormal)):
        done = np.flatnonzero((credit.repairs.kind == kind) & (credit.repairs.closed > NO_DAY))
        assert len(done)
        link = credit.repairs.link[done]
        assert (book.entity[link] == credit.repairs.entity[done]).all()
        assert (book.closed[link] == credit.repairs.closed[done]).all()


def test_the_repair_and_the_penalty_carry_the_same_document_number(world: World) -> None:
    penalties = frame_of(world, "development_reform__penalty_publicity").select("decision_no", "subject_name", "uscc")
    repairs = frame_of(world, "development_reform__credit_repairs").filter(pl.col("decision_no").is_not_null())
    both = repairs.join(penalties, on=["decision_no", "subject_name"], how="inner")
    assert both.height == repairs.height > 0


# -- exports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_export_fills_its_layout_in_any_split_of_the_rows(world: World, dataset: str) -> None:
    export, layout = EXPORTS[dataset], LAYOUTS[dataset]
    rows = export.rows(world, STOCK)
    whole = export.frame(world, STOCK, rows)
    assert whole.height == len(rows) > 0
    missing = {one.name for one in layout.fields} - set(whole.columns)
    assert not missing
    split = pl.concat(
        [export.frame(world, STOCK, rows[: len(rows) // 3]), export.frame(world, STOCK, rows[len(rows) // 3 :])]
    )
    assert split.equals(whole)


def test_names_that_several_bear_lose_every_number_and_every_link_in_some_records(world: World) -> None:
    layout = LAYOUTS["development_reform__penalty_publicity"]
    frame = frame_of(world, layout.dataset)
    rng = np.random.default_rng(3)
    table = Table(layout, frame, render(frame, layout, None), [])
    soil_penalties(table, world, rng)
    (mark,) = [one for one in table.marks if one.expected == UNLINKED]
    assert mark.rows is not None and len(mark.rows)
    cells = table.cells[mark.rows]
    for column in ("uscc", "registration_no", "organisation_code"):
        assert cells[column].is_in(["", "/", "无", "-"]).fill_null(True).all()
    assert (table.frame["_credit_subject"].gather(mark.rows) == -1).all()
    names = world.enterprises.names(np.arange(world.enterprises.firms))
    assert all((names == name).sum() >= 3 for name in cells["subject_name"])


def test_another_seed_is_another_city_and_the_same_seed_the_same(world: World) -> None:
    same, other = (make_world(2_000, Schedule(UNTIL, 2), Streams(seed)) for seed in (5, 6))
    for dataset in ("market_supervision__enterprises", "development_reform__penalty_publicity"):
        assert frame_of(same, dataset).equals(frame_of(world, dataset))
        assert not frame_of(other, dataset).equals(frame_of(world, dataset))
