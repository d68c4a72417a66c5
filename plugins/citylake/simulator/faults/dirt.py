"""Dirt that can be read all the same, or that is not the row's fault: numbers in other spellings, names, addresses.

Chosen by the kind of a column, whatever the dataset. Rows are drawn out of those that are not spoilt.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.faults.spoils import has_code
from citylake.simulator.files.marks import ACCEPTED, REPAIRED
from citylake.simulator.files.table import Table, each, same

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def soil_numbers(table: Table, rng: np.random.Generator) -> None:
    """Resident IDs and credit codes written in other ways: all of them can be read."""
    for one in table.layout.fields:
        if one.kind == "id":
            text = table.cells[one.name]
            with_x = table.some_of(rng, 0.15, text, lambda v: v.str.ends_with("X"))
            table.put("lower_case_x", one.name, with_x, each(str.lower), REPAIRED)
            table.put(
                "full_width",
                one.name,
                table.some(rng, 0.003),
                each(lambda t: t.upper().translate(FULL_WIDTH)),
                REPAIRED,
            )
            old = table.some_of(rng, 0.004, table.cells[one.name], _of_last_century)
            table.put("fifteen_digits", one.name, old, lambda v: v.str.slice(0, 6) + v.str.slice(8, 9), REPAIRED)
            table.put("padded", one.name, table.some(rng, 0.005), lambda v: " " + v + "  ", REPAIRED)
        elif one.kind == "uscc":
            text = table.cells[one.name]
            lower, padded, wide = (table.some_of(rng, share, text, has_code) for share in (0.02, 0.01, 0.002))
            table.put("lower_case", one.name, lower, each(str.lower), REPAIRED)
            table.put("padded", one.name, padded, lambda v: v + " ", REPAIRED)
            table.put("full_width", one.name, wide, each(lambda t: t.upper().translate(FULL_WIDTH)), REPAIRED)


def _of_last_century(texts: pl.Series) -> pl.Series:
    """Whether these are numbers, plainly written, of people born in the years 19xx."""
    return texts.str.contains(r"^\d{6}19\d{9}[\dX]$")


def rare_characters_lost(table: Table, rng: np.random.Generator, plain: pl.Series) -> None:
    """Names without their rare character, or with a blank inside.

    :param plain: the name of each row without rare characters
    """
    if "person_name" in table.cells.columns:
        rare = table.some(rng, 0.5, plain != table.cells["person_name"])
        table.put("rare_character_lost", "person_name", rare, lambda _: plain.gather(rare), ACCEPTED)
        blank = table.some(rng, 0.002)
        table.put("blank_in_name", "person_name", blank, lambda v: v.str.slice(0, 1) + "　" + v.str.slice(1), REPAIRED)


def placeholder_phones(table: Table, rng: np.random.Generator) -> None:
    if "phone" in table.cells.columns:
        table.put("placeholder_phone", "phone", table.some(rng, 0.01), same("13800000000"), ACCEPTED)


def soil_addresses(table: Table, rng: np.random.Generator, share: float) -> None:
    """Commas, quotes and line breaks inside quoted addresses."""
    if "address" in table.cells.columns:
        broken = table.some(rng, share)
        table.put("line_break_in_quotes", "address", broken, lambda v: v + ',\n“转”"东门"', ACCEPTED)


def soil_firm_names(table: Table, rng: np.random.Generator) -> None:
    """Names of enterprises with the other brackets or blanks."""
    name = table.cells["entity_name"]
    half = table.some(rng, 0.6, name.str.contains("（", literal=True))
    table.put("half_width_brackets", "entity_name", half, _half_width, REPAIRED)
    table.put("blank_in_name", "entity_name", table.some(rng, 0.01), lambda v: v + " ", REPAIRED)


def _half_width(values: pl.Series) -> pl.Series:
    return values.str.replace("（", "(", literal=True).str.replace("）", ")", literal=True)
