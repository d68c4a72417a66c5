"""What goes wrong in the registers and directories of legal entities, beyond what every column of a kind gets."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.schedule import Period
from citylake.simulator.faults import repeats
from citylake.simulator.faults.dirt import soil_addresses, soil_firm_names
from citylake.simulator.files.marks import ACCEPTED, REJECTED, REPAIRED, Mark
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World

CENTRE_PHONE = "0519-88228822"


def fifteen_digits(table: Table, rng: np.random.Generator, column: str, share: float) -> None:
    """Resident IDs of before 1999: without the century and the check character."""
    old = table.some(rng, share, table.cells[column].str.contains(r"^\d{6}19\d{9}[\dXx]$"))
    table.put("fifteen_digits", column, old, lambda v: v.str.slice(0, 6) + v.str.slice(8, 9), REPAIRED)


def emptied(table: Table, rng: np.random.Generator, column: str, share: float, kind: str) -> None:
    """Cells left empty that the department knows well enough."""
    given = table.cells[column].is_not_null() & (table.cells[column] != "")
    table.put(kind, column, table.some(rng, share, given), same(""), ACCEPTED)


def city_left_out(table: Table, rng: np.random.Generator, column: str, share: float) -> None:
    short = table.some(rng, share, table.cells[column].str.starts_with("常州市"))
    table.put("city_left_out", column, short, lambda v: v.str.replace("常州市", "常州", literal=True), ACCEPTED)


def names_by_sight(table: Table, rng: np.random.Generator, column: str, share: float) -> None:
    """The city left out of a name, brackets or blanks put in."""
    city_left_out(table, rng, column, share)
    table.put("blank_in_name", column, table.some(rng, 0.01), lambda v: v + " ", REPAIRED)


def hyphens(table: Table, rng: np.random.Generator, column: str, share: float) -> None:
    """Organisation codes as they were printed: 12345678-9, some with a small x."""
    given = table.cells[column].str.len_chars() == 9
    rows = table.some(rng, share, given)
    table.put("code_with_hyphen", column, rows, _printed, REPAIRED)


def _printed(codes: pl.Series) -> pl.Series:
    return (codes.str.slice(0, 8) + "-" + codes.str.slice(8)).str.to_lowercase()


def scaled_up(table: Table, rng: np.random.Generator, column: str, share: float, factor: float, kind: str) -> None:
    """Numbers in another unit than the header says: nobody can tell by the cell."""
    number = table.cells[column].cast(pl.Float64, strict=False)
    rows = table.some(rng, share, number > 0)
    table.put(kind, column, rows, lambda v: _number(v.cast(pl.Float64) * factor), ACCEPTED)


def _number(values: pl.Series) -> pl.Series:
    return values.round(4).cast(pl.String).str.strip_suffix(".0")


def soil_enterprises(table: Table, world: World, rng: np.random.Generator) -> None:
    soil_firm_names(table, rng)
    soil_addresses(table, rng, 0.01)
    scaled_up(table, rng, "registered_capital_cny", 0.002, 10_000.0, "capital_in_yuan")
    scaled_up(table, rng, "registered_capital_cny", 0.003, 0.14, "capital_in_dollars")


def soil_self_employed(table: Table, world: World, rng: np.random.Generator) -> None:
    """Stalls named by their operator, the agent's telephone, IDs of fifteen digits, market halls without the stall."""
    operator = table.cells["legal_representative_name"]
    unnamed = table.some(rng, 0.5, table.cells["entity_name"] == operator)
    table.put("no_trade_name", "entity_name", unnamed, same("无字号"), ACCEPTED)
    fifteen_digits(table, rng, "legal_representative_id", 0.02)
    table.put("phone_of_agent", "phone", table.some(rng, 0.01), same(CENTRE_PHONE), ACCEPTED)


def soil_taxpayers(table: Table, world: World, rng: np.random.Generator) -> None:
    soil_firm_names(table, rng)
    soil_addresses(table, rng, 0.01)
    city_left_out(table, rng, "entity_name", 0.05)


def double_taxpayers(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    """A few taxpayers stand a second time under their old fifteen-digit number (division and organisation code)."""
    rows = np.flatnonzero(rng.random(frame.height) < 0.005)
    doubled, marks = repeats.double(frame, rows, "tax_registration_no", "old_taxpayer_number")
    old = pl.col("uscc").str.slice(2, 15)
    return doubled.with_columns(
        pl.when("_again").then(old).otherwise("tax_registration_no").alias("tax_registration_no"),
        pl.when("_again").then(None).otherwise("uscc").alias("uscc"),
    ).drop("_again"), marks


def double_numbers(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    """After a split an old number stands with a second code as well, after a merger two of them with one code."""
    rows = np.flatnonzero((rng.random(frame.height) < 0.002) & frame["uscc"].is_not_null().to_numpy())
    rows = rows[rows + 1 < frame.height]
    split = frame[rows + 1].with_columns(frame["registration_no"].gather(rows))
    split = split.filter(pl.col("uscc").is_not_null())
    marks = [Mark("number_with_two_codes", "uscc", np.arange(frame.height, frame.height + split.height), ACCEPTED)]
    return pl.concat([frame, split]), marks


def soil_numbers(table: Table, world: World, rng: np.random.Generator) -> None:
    """Numbers of fifteen digits that a spreadsheet turned into powers of ten; codes that are not the code's own."""
    long = table.some(rng, 0.004, table.cells["registration_no"].str.len_chars() == 15)
    table.put("number_in_scientific_form", "registration_no", long, same("3.204E+14"), REJECTED, "code.became_number")
    own = table.cells["organisation_code"]
    other = table.some(rng, 0.004, own.is_not_null() & own.shift(1).is_not_null())
    neighbours = own.shift(1).gather(other)
    table.put("organisation_code_of_another", "organisation_code", other, lambda _: neighbours, ACCEPTED)
    hyphens(table, rng, "organisation_code", 0.3)


def soil_organs(table: Table, world: World, rng: np.random.Generator) -> None:
    """Funds with their unit in the cell, abolished bodies without a date, certificate numbers with a prefix."""
    funds = table.some(rng, 0.05, table.cells["registered_capital_cny"].is_not_null())
    table.put("unit_in_cell", "registered_capital_cny", funds, lambda v: v + "万元", REPAIRED)
    emptied(table, rng, "revoked_date", 0.5, "abolished_without_date")
    given = table.cells["certificate_no"].str.starts_with("1")
    prefixed = table.some(rng, 0.3, given)
    table.put("number_with_prefix", "certificate_no", prefixed, lambda v: "事证第" + v + "号", ACCEPTED)
    several = table.some(rng, 0.5, table.cells["other_name"].is_not_null())
    table.put("several_names_in_cell", "other_name", several, lambda v: v + "、" + v + "(挂牌)", ACCEPTED)


def soil_social(table: Table, world: World, rng: np.random.Generator) -> None:
    """The dissolved are told by a date alone; kindergartens go by a short name."""
    names_by_sight(table, rng, "entity_name", 0.03)
    emptied(table, rng, "phone", 0.1, "phone_missing")
