"""Every dbt unit test runs here: the vectors of the progress measures, each indicator's formula, matching, authority.

They run over an empty lake, so this is also the very first night of a city: every model builds and every data test
passes when nothing has arrived yet.
"""

from __future__ import annotations

from datetime import date

import pytest

from citylake import warehouse
from citylake.settings import Settings

pytestmark = pytest.mark.store


def test_an_empty_lake_builds_and_every_formula_passes_its_unit_tests(store: Settings) -> None:
    build = warehouse.run_dbt(warehouse.prepare(date(2025, 9, 30), store), settings=store, unit_tests=True)

    records = build.results.values()
    unit_tests = [record["unique_id"].split(".") for record in records if record["kind"] == "unit_test"]
    models = {record["name"] for record in records if record["kind"] == "model"}
    formulas = {name for name in models if name.startswith(("indicator_", "int_progress_"))}
    assert build.is_built
    assert {record["status"] for record in records} <= {"success", "pass", "warn"}
    assert len(unit_tests) >= 40
    assert len(formulas) >= 9
    assert not formulas - {model for _, _, model, *_ in unit_tests}, "formulas without a unit test"
