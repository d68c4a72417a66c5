"""A steward decides whose value stands where departments disagree: kept in every build, undone, asked again."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from citylake import warehouse
from citylake.lake import Lake
from citylake.settings import Settings
from samples.published_version import DAY, Run, publish_tables, runner

pytestmark = pytest.mark.store

NAME = "蒋雨桐"
STATEMENTS = """
    create schema base; create schema marts; create schema kpi; create schema quality;
    create table quality.fct_conflict_statements as
        select * from (values
            ('X1', 'person', 'P1', 'person_name', 'police__register', '公安局', '蒋雨桐', 1, true, false, 'authority'),
            ('X1', 'person', 'P1', 'person_name', 'health__records', '市卫健委', '蒋雨同', 8, false, true, null),
            ('X1', 'person', 'P1', 'person_name', 'school__roll', '市教育局', '蒋雨桐', 9, false, false, null),
            ('X2', 'legal_entity', 'E1', 'address', 'market__firms', '市监局', '延陵1号', 1, true, false, 'authority'),
            ('X2', 'legal_entity', 'E1', 'address', 'tax__payers', '市税务局', '延陵路2号', 3, false, true, null),
            ('X3', 'legal_entity', 'E2', 'address', 'market__firms', '市监局', '怀德1号', 1, true, false, 'authority'),
            ('X3', 'legal_entity', 'E2', 'address', 'tax__payers', '市税务局', '怀德路2号', 3, false, true, null)
        ) as said (conflict_id, entity_type, entity_id, attribute, dataset_id, department_zh, stated_value,
            authority_rank, is_winner, is_contrary, winner_rule);
    alter table quality.fct_conflict_statements add column compared_value varchar;
    alter table quality.fct_conflict_statements add column changed_on date;
    update quality.fct_conflict_statements set compared_value = stated_value, changed_on = date '2025-09-01';
    create table quality.fct_conflict_decisions (
        conflict_id varchar, current_conflict_id varchar, decision_id varchar, entity_type varchar, entity_id varchar,
        current_entity_id varchar, attribute varchar, department_zh varchar, dataset_id varchar, decided_value varchar,
        value_now varchar, status varchar, decided_at timestamp, decided_by varchar, decision_reason varchar
    );
"""
CONFLICTS = """
    create table quality.fct_attribute_conflicts as
        select losers.conflict_id, losers.entity_type, losers.entity_id, losers.attribute,
            winners.department_zh as winner_department, winners.dataset_id as winner_dataset_id,
            winners.stated_value as winner_value, winners.winner_rule, losers.department_zh as loser_department,
            losers.dataset_id as loser_dataset_id, losers.stated_value as loser_value, losers.changed_on,
            coalesce(decisions.status, 'open') as status
        from quality.fct_conflict_statements as losers
        inner join quality.fct_conflict_statements as winners
            on losers.conflict_id = winners.conflict_id and winners.is_winner
        left join quality.fct_conflict_decisions as decisions
            on losers.conflict_id = decisions.current_conflict_id
        where losers.is_contrary;
"""


def publish(settings: Settings, build_id: str, sql: str = "") -> None:
    """A published version with three conflicts, made as publishing makes it; `sql`: what is otherwise in it."""
    publish_tables(settings, build_id, STATEMENTS + sql + CONFLICTS)


@pytest.fixture
def published(store: Settings) -> Settings:
    publish(store, "v1")
    return store


@pytest.fixture
def run(published: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner("conflicts", capsys)


def queue(run: Run, *filters: str) -> dict[str, tuple[str, bool]]:
    text = run("list", *filters, "--json")
    found: list[dict[str, Any]] = json.loads(text[text.find("{") :])["conflicts"]
    return {one["conflict_id"]: (one["status"], one["is_pending"]) for one in found}


def decided(settings: Settings) -> list[tuple[Any, ...]]:
    """The decisions that dbt finds in a build from nothing."""
    build = warehouse.prepare(DAY, settings, force=True)
    columns = "conflict_id, entity_type, entity_id, attribute, dataset_id, value, reason"
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return connection.execute(f"select {columns} from lake.conflict_decisions").fetchall()


def objects(settings: Settings) -> list[str]:
    return [item.key for item in Lake(settings).list("quarantine")]


def test_a_choice_is_in_every_later_build_until_it_is_undone(published: Settings, run: Run) -> None:
    assert decided(published) == []
    assert "下次构建" in run("decide", "X2", "tax__payers", "--reason", "现场核实")
    chosen = [("X2", "legal_entity", "E1", "address", "tax__payers", "延陵路2号", "现场核实")]
    assert decided(published) == chosen
    assert decided(published) == chosen
    run("undo", "X2", "--reason", "看错门牌")
    assert decided(published) == []
    history = run("history", "X2")
    assert history.index("现场核实") < history.index("看错门牌")


def test_the_queue_shows_a_choice_at_once_and_lists_what_is_asked_for(run: Run) -> None:
    assert queue(run) == dict.fromkeys(("X1", "X2", "X3"), ("open", False))
    assert set(queue(run, "--department", "市卫健委")) == set(queue(run, "--department", "police")) == {"X1"}
    assert set(queue(run, "--attribute", "address", "--rows", "1", "--page", "2")) == {"X3"}
    assert set(queue(run, "--entity-type", "person")) == {"X1"}
    run("decide", "X3", "market__firms", "--reason", "执照在此")
    assert set(queue(run)) == {"X1", "X2"}
    assert queue(run, "--status", "decided") == {"X3": ("decided", True)}
    run("undo", "X3", "--reason", "再核")
    assert queue(run)["X3"] == ("open", False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("decide", "X9", "tax__payers", "--reason", "x"), "没有冲突 X9"),
        (("decide", "X2", "health__records", "--reason", "x"), "没有说法"),
        (("decide", "X2", "tax__payers", "--reason", " "), "没有写明理由"),
        (("undo", "X2", "--reason", "x"), "没有有效的裁定"),
        (("show", "X9"), "没有冲突 X9"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_leaves_nothing(
    published: Settings, run: Run, arguments: tuple[str, ...], says: str
) -> None:
    told = run(*arguments, code=1)
    assert says in told
    assert "下一步" in told
    assert objects(published) == []


def test_nobody_decides_over_a_decision_that_holds(published: Settings, run: Run) -> None:
    run("decide", "X2", "tax__payers", "--reason", "现场核实")
    before = objects(published)
    assert "undo X2" in run("decide", "X2", "market__firms", "--reason", "x", code=1)
    assert objects(published) == before


def test_another_value_opens_the_conflict_again_and_a_merged_thing_keeps_its_decision(
    published: Settings, run: Run
) -> None:
    run("decide", "X2", "tax__payers", "--reason", "现场核实")
    (key,) = objects(published)
    decision_id = key.rsplit("/", 1)[-1].removesuffix(".json")
    facts = f"'{decision_id}', 'legal_entity', 'E1', 'E1', 'address', '市税务局', 'tax__payers', '延陵路2号'"
    inserted = "insert into quality.fct_conflict_decisions values"
    publish(
        published,
        "v2",
        f"{inserted} ('X2', 'X2', {facts}, '延陵路3号', 'value_changed', now(), 'a', 'b');"
        "update quality.fct_conflict_statements set stated_value = '延陵路3号' where dataset_id = 'tax__payers';",
    )
    assert queue(run)["X2"] == ("value_changed", False)
    assert "裁定时为 延陵路2号, 现为 延陵路3号" in run("show", "X2", "--role", "operator")
    run("decide", "X2", "tax__payers", "--reason", "已迁址")
    assert queue(run, "--status", "decided") == {"X2": ("decided", True)}
    assert [(one[4], one[5]) for one in decided(published)] == [("tax__payers", "延陵路3号")]
    publish(
        published,
        "v3",
        f"{inserted} ('X2', 'X3', {facts}, '怀德路2号', 'reopened', now(), 'a', 'b');",
    )
    assert "已迁址" in run("history", "X3"), "a decision goes along with a thing that was merged"
    run("undo", "X3", "--reason", "合并后重核")
    assert decided(published) == []


def test_personal_values_are_shown_to_operators_alone_and_the_asking_is_logged(published: Settings, run: Run) -> None:
    run("decide", "X1", "health__records", "--reason", f"{NAME} 来电")
    for arguments in (("list", "--status", "all"), ("show", "X1"), ("show", "X1", "--json"), ("list", "--json")):
        told = run(*arguments)
        assert NAME not in told
        assert "蒋雨同" not in told
    assert "蒋雨同" not in run("history", "--json")
    assert "蒋雨同" in run("show", "X1", "--role", "operator")
    log = (published.root / "logs" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    assert any(line["role"] == "operator" and "fct_conflict" in line["sql"] for line in map(json.loads, log))
