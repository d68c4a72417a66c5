"""The dirt of macro-economic tables. What a reader can make good is repaired, what says too little is rejected.

Files of one layout come in 亿元 and in 万元, the scope of 武进区 stands in its name, signs and digits are full width,
thousands are parted, values are called about so much, and refunds stand in brackets.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

from citylake.simulator.files.marks import ACCEPTED, REJECTED, REPAIRED
from citylake.simulator.files.table import Table, each, same
from citylake.simulator.world.city import World

LEAST_ROWS = 30  # in a smaller file one rejected line would hold up all others
_FILES_IN_WAN = 0.4
_AMOUNTS = ("_cny", "_kwh")
_SCOPES = {"with_zone": "武进区(含经开区)", "without_zone": "武进区（不含经开区）"}


def soil(table: Table, world: World, rng: np.random.Generator) -> None:
    """All dirt of one file."""
    columns = set(table.cells.columns)
    amounts = [name for name in table.cells.columns if name.endswith(_AMOUNTS)]
    if {"value", "unit"} <= columns:
        amounts.append("value")
        if rng.random() < _FILES_IN_WAN:
            _in_wan(table)
    if {"division_name", "scope_code"} <= columns:
        _scope_in_name(table, rng)
    if table.cells.height >= LEAST_ROWS and amounts:
        _unreadable(table, rng, amounts[0])
    for name in amounts:
        long = table.cells[name].str.contains(r"^\d{4,}")
        table.put("thousands_parted", name, table.some(rng, 0.03, long), each(_parted), REPAIRED)
    for name in [one for one in table.cells.columns if one.endswith("growth_rate_pct")]:
        below = table.cells[name].str.contains(r"^-\d")
        table.put("full_width_minus", name, table.some(rng, 0.5, below), lambda v: v.str.replace("-", "－"), REPAIRED)
        table.put(
            "per_cent_sign",
            name,
            table.some(rng, 0.02, table.cells[name].str.contains(r"^-?\d")),
            lambda v: v + "%",
            REPAIRED,
        )


def soil_industry(table: Table, world: World, rng: np.random.Generator) -> None:
    """What few enterprises make is crossed out."""
    for name in [one for one in table.cells.columns if one.endswith(_AMOUNTS)]:
        hidden = table.some(rng, 0.5, table.frame[name].is_null())
        table.put("few_enterprises_hidden", name, hidden, same("X"), REPAIRED)
    soil(table, world, rng)


def soil_electricity(table: Table, world: World, rng: np.random.Generator) -> None:
    """Industries indented with blanks of full width."""
    soil(table, world, rng)
    deeper = table.some(rng, 0.3, table.frame["industry_division_code"] != "00")
    table.put("indented", "industry_name", deeper, lambda v: "　　" + v, REPAIRED)


def _in_wan(table: Table) -> None:
    """A whole file in 万元, as its column of units says; both columns change together."""
    everywhere = np.flatnonzero((table.cells["unit"] == "亿元").to_numpy())
    for name in sorted({"value", "gdp_value"} & set(table.cells.columns)):
        as_wan = (table.frame[name] * 10_000).round(0).cast(pl.Int64, strict=False).cast(pl.String)
        table.put("unit_differs", name, everywhere, partial(_instead, as_wan.gather(everywhere)), REPAIRED)
    table.put("unit_differs", "unit", everywhere, same("万元"), REPAIRED)


def _instead(others: pl.Series, _: pl.Series) -> pl.Series:
    return others


def _scope_in_name(table: Table, rng: np.random.Generator) -> None:
    for scope, text in _SCOPES.items():
        where = table.some(rng, 0.3, table.frame["scope_code"] == scope)
        table.put("scope_in_name", "division_name", where, same(text), ACCEPTED)


def _unreadable(table: Table, rng: np.random.Generator, amount: str) -> None:
    given = table.cells[amount].is_not_null() & table.cells[amount].str.contains(r"^\d+(\.\d+)?$")
    table.put("about", amount, table.some(rng, 0.001, given), lambda v: "约" + v, REJECTED, "value.approximate")
    table.put(
        "in_brackets", amount, table.some(rng, 0.001, given), lambda v: "(" + v + ")", REJECTED, "value.parentheses"
    )


def _parted(text: str) -> str:
    """1234567.8 -> 1,234,567.8"""
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}"
