"""What goes wrong in the inventories of systems, resources, items and cases: HTML, blanks, counts with their unit."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.faults.spoils import LEAST_ROWS_TO_SPOIL
from citylake.simulator.files.marks import ACCEPTED, REJECTED, REPAIRED
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World


def _spoil(table: Table, rng: np.random.Generator, column: str, kinds: tuple[tuple[str, float, str, str], ...]) -> None:
    """What brings rows back to the department; not in files that one such row would hold up."""
    if table.cells.height >= LEAST_ROWS_TO_SPOIL:
        for kind, share, text, reason in kinds:
            table.put(kind, column, table.some(rng, share), same(text), REJECTED, reason)


def soil_items(table: Table, world: World, rng: np.random.Generator) -> None:
    """Counts with a unit or in words, HTML and commas in names."""
    unit = ("count_with_unit", 0.01, "0次", "value.has_unit")
    word = ("word_for_number", 0.002, "无需到场", "value.not_integer")
    _spoil(table, rng, "onsite_visit_count", (unit, word))
    table.put("html_in_name", "item_name", table.some(rng, 0.01), lambda v: "<b>" + v + "</b>\t", ACCEPTED)
    table.put("comma_in_name", "item_name", table.some(rng, 0.03), lambda v: v + "(含补办,换发)", ACCEPTED)


def soil_cases(table: Table, world: World, rng: np.random.Generator) -> None:
    """Channels and days that are none, cases closed before they were accepted."""
    _spoil(table, rng, "channel_code", (("unknown_code", 0.002, "邮寄", "code.unknown"),))
    _spoil(table, rng, "applied_at", (("impossible_date", 0.001, "2025-02-30 10:00:00", "value.not_timestamp"),))
    earlier = table.frame["accepted_at"].dt.offset_by("-1d").cast(pl.String).str.slice(0, 19)
    early = table.some(rng, 0.005, table.frame["closed_at"].is_not_null())
    table.put("closed_before_accepted", "closed_at", early, lambda _: earlier.gather(early), ACCEPTED)


def soil_interfaces(table: Table, world: World, rng: np.random.Generator) -> None:
    """Rates as fractions or above 100, a database's own mark for nothing."""
    table.put("rate_as_fraction", "success_rate_pct", table.some(rng, 0.01), same("0.98"), ACCEPTED)
    table.put("rate_above_100", "success_rate_pct", table.some(rng, 0.005), same("100.2"), ACCEPTED)
    table.put("null_marker", "data_updated_at", table.some(rng, 0.05), same("\\N"), REPAIRED)


def soil_catalogue(table: Table, world: World, rng: np.random.Generator) -> None:
    """Drop-down values with trailing blanks, resources that are open and not shared."""
    table.put("trailing_blank", "sharing_type_code", table.some(rng, 0.05), lambda v: v + "  ", REPAIRED)
    unshared = table.some(rng, 0.3, table.frame["sharing_type_code"] == "none")
    table.put("open_but_not_shared", "openness_code", unshared, same("可开放"), ACCEPTED)


def soil_systems(table: Table, world: World, rng: np.random.Generator) -> None:
    """Systems in use with a day of retirement."""
    retired = table.some(rng, 0.25, table.frame["status"] == "retired")
    table.put("in_use_with_retired_date", "status", retired, same("在用"), ACCEPTED)


def soil_servers(table: Table, world: World, rng: np.random.Generator) -> None:
    """Servers of no system, and of three in one cell."""
    table.put("system_number_missing", "system_id", table.some(rng, 0.06), same(""), ACCEPTED)
    joined = table.some(rng, 0.01, table.frame["system_id"].is_not_null())
    table.put("three_systems_in_a_cell", "system_id", joined, lambda v: v + "、" + v + "A、" + v + "B", ACCEPTED)
