"""What goes wrong in tax credit ratings and inspections."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.exports.dirt_entities import emptied, names_by_sight
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REPAIRED
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World

PASSED = ["未发现问题", "符合", "通过"]


def soil_ratings(table: Table, world: World, rng: np.random.Generator) -> None:
    """Districts missing, names by sight."""
    names_by_sight(table, rng, "entity_name", 0.03)
    emptied(table, rng, "division_code", 0.2, "branch_office_without_division")
    branch = table.some(rng, 0.02, table.frame["division_code"].is_not_null())
    table.put("branch_office_for_division", "division_code", branch, same("第一税务分局"), LEFT_OUT, "division.unknown")


def soil_inspections(table: Table, world: World, rng: np.random.Generator) -> None:
    """Results in other words, objects by their sign-board without a code, times in milliseconds since 1970."""
    fine = table.some(rng, 0.5, table.frame["result_code"] == "passed")
    words = pl.Series(PASSED).gather(rng.integers(0, len(PASSED), len(fine)))
    table.put("result_in_other_words", "result_text", fine, lambda _: words, ACCEPTED)
    emptied(table, rng, "uscc", 0.03, "code_missing")
    names_by_sight(table, rng, "entity_name", 0.03)
    utc = table.frame["inspected_at"].dt.offset_by("-8h").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = table.some(rng, 0.2)
    table.put("utc_time", "inspected_at", rows, lambda _: utc.gather(rows), REPAIRED)
    epochs = table.frame["inspected_at"].dt.offset_by("-8h").dt.epoch("ms").cast(pl.String)
    from_app = np.setdiff1d(table.some(rng, 0.2), rows)
    table.put("epoch_milliseconds", "inspected_at", from_app, lambda _: epochs.gather(from_app), REPAIRED)
