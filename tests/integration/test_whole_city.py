"""A whole city of every export, with its usual dirt: as close to the truth as asked, each night as from nothing,
and every question of the guide answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from citylake import accuracy, landing, simulator, staging, warehouse
from citylake.settings import PROJECT, SHANGHAI, Settings
from samples.published_texts import columns_where

pytestmark = pytest.mark.store
DAY, NEXT = date(2025, 9, 29), date(2025, 9, 30)
GUIDE = PROJECT / "infra" / "base_guide.md"
QUERIES = re.findall(
    r"^## (\d+\. [^\n]+)\n```sql\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
# Moments of a run, and what tells one version from the one before, are not the same from night to night.
NOT_COMPARED = ("quality.fct_outcomes", "quality.dim_models", "kpi.fct_restatements")


@dataclass(frozen=True)
class City:
    """A simulated city after two nights; the second one went on from the first."""

    settings: Settings
    folder: Path
    went_on: int

    def answer(self, sql: str, role: warehouse.Role = "analyst") -> list[tuple[object, ...]]:
        with duckdb.connect(str(warehouse.current_file(role, self.settings)), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def hashes(self) -> dict[str, tuple[object, ...]]:
        """Rows and hash of every published table."""
        tables = self.answer(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in"
            " ('base', 'marts', 'kpi', 'quality')",
            "operator",
        )
        hashed = "select count(*), sum(hash(one)::hugeint) from {} as one"
        return {name: self.answer(hashed.format(name), "operator")[0] for (name,) in tables if name not in NOT_COMPARED}


@pytest.fixture(scope="module")
def city(module_store: Settings, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("whole")
    simulator.simulate(folder / "city", people=1_500, months=1, seed=11, until=NEXT, faults="usual")
    files = sorted(path for path in (folder / "city" / "inbox").rglob("*") if path.is_file())
    early = [path for path in files if datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).date() <= DAY]
    for day, some in ((DAY, early), (NEXT, [path for path in files if path not in early])):
        landing.deliver(module_store, some, keep_times=True)
        landing.land(module_store, None)
        staging.stage(module_store, None)
        warehouse.build(day, module_store)
        warehouse.publish(day, module_store)
    return City(module_store, folder / "city", warehouse.find_build(NEXT, module_store).in_a_row)


@pytest.mark.parametrize(("question", "sql"), QUERIES, ids=[question for question, _ in QUERIES])
def test_every_question_of_the_guide_is_answered(city: City, question: str, sql: str) -> None:
    assert city.answer(sql), question


def test_the_guide_asks_ten_questions() -> None:
    assert len(QUERIES) == 10


def test_what_is_asked_of_matching_places_and_faults_is_reached(city: City) -> None:
    measured = accuracy.measure(city.folder, city.settings)
    assert len(measured.figures) > 20
    assert [f"{one.subject} {one.measure}: {one.value}" for one in measured.short] == []


def test_no_person_of_the_truth_is_named_to_analysts(city: City) -> None:
    named = f"select place from texts where said in (select person_name from '{city.folder}/truth/persons.parquet')"
    columns, told = columns_where(warehouse.current_file("analyst", city.settings), named)
    assert columns > 300
    assert told == []


def test_a_night_that_went_on_from_the_last_one_is_the_same_as_one_from_nothing(city: City) -> None:
    assert city.went_on == 1
    went_on = city.hashes()
    warehouse.build(NEXT, city.settings, force=True)
    warehouse.publish(NEXT, city.settings)
    assert city.hashes() == went_on
    assert went_on["base.dim_persons"][0] > 1_000
