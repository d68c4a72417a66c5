"""A steward decides doubtful matches: kept in the store and in every build, and undone without a trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citylake import warehouse
from citylake.lake import Lake
from citylake.settings import Settings
from samples.published_version import DAY, Run, publish_tables, runner

pytestmark = pytest.mark.store

RESIDENT_ID, NAME = "320402199001011239", "蒋雨桐"  # made up; the check digit is right
BUILT = f"""
    create schema base; create schema marts; create schema kpi; create schema quality;
    create table quality.fct_match_reviews as
        select 'R1' as review_id, 'person' as entity_type, 'same_name_and_birth' as kind, 'a__b' as dataset_id,
            'd1' as delivery_id, 'f.csv' as file_name, null::varchar as sheet_name, 7::bigint as line_number,
            'self' as role, 'P1' as subject_id, 'P2' as candidate_id, 0.8 as score, '姓名与出生日期一致' as reason_zh,
            '{NAME}' as evidence, 'open' as status, null::varchar as decision, null::timestamp as decided_at,
            null::varchar as decided_by, null::varchar as decision_reason
        union all by name
        select 'R2' as review_id, 'legal_entity' as entity_type, 'shared_name' as kind, 0.5 as score,
            'E1' as subject_id, 'open' as status;
    create table quality.fct_deliveries as select 'd1' as delivery_id, '市公安局' as department_zh;
    create table quality.fct_attribute_conflicts as
        select 'person' as entity_type, 'P1' as entity_id, 'person_name' as attribute, '甲局' as winner_department,
            '{NAME}' as winner_value, '乙局' as loser_department, '蒋雨同' as loser_value;
    create table base.fct_entity_links as
        select 'person' as entity_type, 'P1' as entity_id, 'a__b' as dataset_id, 'f.csv' as file_name,
            null::varchar as sheet_name, 7::bigint as line_number, 'self' as role, 'resident_id' as match_rule,
            1.0 as match_score;
    create table base.dim_persons as
        select 'P1' as person_id, '{RESIDENT_ID}' as resident_id, '{NAME}' as person_name, '女' as sex
        union all select 'P2', null, '{NAME}', '女';
    create table base.dim_legal_entities as
        select 'E1' as legal_entity_id, '甲公司' as entity_name, false as is_named_after_person;
"""


@pytest.fixture
def published(store: Settings) -> Settings:
    """A published version with one doubtful person and one doubtful firm, made as publishing makes it."""
    publish_tables(store, "v1", BUILT)
    return store


@pytest.fixture
def run(published: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner("reviews", capsys)


def queue(run: Run) -> dict[str, tuple[str, str | None, bool]]:
    text = run("list", "--all", "--json")
    found: list[dict[str, Any]] = json.loads(text[text.find("[") :])
    return {one["review_id"]: (one["status"], one["decision"], one["is_pending"]) for one in found}


def rebuilt(settings: Settings) -> tuple[str, list[tuple[Any, ...]]]:
    """The number of a build from nothing, and the decisions that dbt finds in it."""
    build = warehouse.prepare(DAY, settings, force=True)
    with duckdb.connect(str(build.database), read_only=True) as connection:
        found = connection.execute("select review_id, decision, reason from lake.match_decisions").fetchall()
    return build.build_id, found


def test_a_decision_is_in_every_later_build_until_an_undo_brings_the_former_state_back(
    published: Settings, run: Run
) -> None:
    before = rebuilt(published)
    assert before[1] == []
    assert "下次构建" in run("decide", "R1", "same", "--reason", "已核对档案")
    first = rebuilt(published)
    assert first[1] == [("R1", "same", "已核对档案")]
    assert first[0] != before[0], "a decision is a reason to build"
    assert rebuilt(published) == first
    assert "已由" in run("decide", "R1", "different", "--reason", "本人来访, 是两个人", code=1)
    assert rebuilt(published) == first
    run("undo", "R1", "--reason", "看错了")
    assert rebuilt(published) == before
    run("decide", "R1", "different", "--reason", "本人来访, 是两个人")
    assert rebuilt(published)[1] == [("R1", "different", "本人来访, 是两个人")]


def test_the_queue_shows_a_decision_at_once_and_says_when_it_takes_effect(run: Run) -> None:
    assert queue(run) == {"R1": ("open", None, False), "R2": ("open", None, False)}
    run("decide", "R1", "different", "--reason", "两个人")
    assert queue(run)["R1"] == ("decided", "different", True)
    assert "下次构建生效" in run("list")
    run("undo", "R1", "--reason", "再核")
    assert queue(run)["R1"] == ("open", None, False)
    history = run("history", "R1")
    assert history.index("两个人") < history.index("再核")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("decide", "R9", "same", "--reason", "x"), "R9"),
        (("decide", "R2", "same", "--reason", "x"), "没有候选对象"),
        (("decide", "R1", "same", "--reason", "  "), "没有写明理由"),
        (("undo", "R1", "--reason", "x"), "没有有效的裁定"),
        (("show", "R9"), "R9"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_leaves_nothing(
    published: Settings, run: Run, arguments: tuple[str, ...], says: str
) -> None:
    told = run(*arguments, code=1)
    assert says in told
    assert "下一步" in told
    assert not list(Lake(published).list("quarantine"))


def test_personal_values_are_shown_to_operators_alone_and_the_asking_is_logged(published: Settings, run: Run) -> None:
    run("decide", "R1", "same", "--reason", f"{NAME} {RESIDENT_ID} 来电")
    for arguments in (("list", "--all"), ("show", "R1"), ("show", "R1", "--json")):
        told = run(*arguments)
        assert NAME not in told
        assert RESIDENT_ID not in told
    assert RESIDENT_ID not in run("history")
    told = run("show", "R1", "--role", "operator")
    assert RESIDENT_ID in told
    assert "蒋雨同" in told, "what the other department says"
    log = Path(published.root / "logs" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    assert any(line["role"] == "operator" and "dim_persons" in line["sql"] for line in map(json.loads, log))
