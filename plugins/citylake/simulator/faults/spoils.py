"""Rows that break a rule of their dataset: each gets exactly one fault, and all other dirt keeps off it."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.basics.identifiers import RESIDENT_CHECKS, resident_check
from citylake.simulator.files.forms import Layout
from citylake.simulator.files.marks import LEFT_OUT, REJECTED
from citylake.simulator.files.table import Change, Table, same

LEAST_ROWS_TO_SPOIL = 30


def spoil(table: Table, rng: np.random.Generator) -> None:
    """Rows that break a rule and must come back to the department; none in files that one such row would hold up."""
    if table.cells.height < LEAST_ROWS_TO_SPOIL:
        return
    if table.layout.spoilt:
        _spoil_people(table, rng)
    for one in table.layout.fields:
        outcome = LEFT_OUT if one.name in table.layout.loose else REJECTED
        if one.kind == "uscc":
            wrong = table.some_of(rng, 0.001, table.cells[one.name], has_code)
            table.put("wrong_check_character", one.name, wrong, _other_end, outcome, "uscc.checksum")
        elif one.name == "industry_code":
            low = table.some(rng, 0.2, table.cells[one.name].str.starts_with("0"))
            shorter = "industry.lost_leading_zero"
            table.put("lost_leading_zero", one.name, low, lambda v: v.str.slice(1), outcome, shorter)


def has_code(texts: pl.Series) -> pl.Series:
    """Whether these cells hold as many characters as a credit code has."""
    return texts.str.len_chars() == 18


def _date_reason(layout: Layout, column: str) -> str:
    kind = next(one.kind for one in layout.fields if one.name == column)
    return "value.not_timestamp" if kind == "timestamp" else "value.not_date"


def _spoil_people(table: Table, rng: np.random.Generator) -> None:
    """About 0.3 % of the rows of a book of people; its layout names the column that each kind befalls."""
    spoilt = table.layout.spoilt
    spoils: list[tuple[float, str, str | None, Change, str]] = [
        (0.0010, "wrong_check_character", "resident_id", wrong_check, "resident_id.checksum"),
        (0.0004, "impossible_birth_in_number", "resident_id", _month_13, "resident_id.birth_date"),
        (0.0002, "number_in_scientific_form", "resident_id", same("3.20402E+17"), "code.became_number"),
        (0.0002, "other_document_number", "resident_id", same("H0123456700"), "resident_id.length"),
        (0.0004, "unknown_code", spoilt.get("unknown_code"), same("待核实"), "code.unknown"),
        (0.0003, "impossible_date", spoilt.get("impossible_date"), same("20230230"), "value.not_date"),
        (0.0003, "required_missing", spoilt.get("required_missing"), same(""), "value.missing"),
        (0.0002, "unknown_division", spoilt.get("unknown_division"), same("320499"), "division.unknown"),
    ]
    for share, kind, column, change, reason in spoils:
        if column is not None:
            if kind == "impossible_date":
                reason = _date_reason(table.layout, column)
            table.put(kind, column, table.some(rng, share), change, REJECTED, reason)


def wrong_check(values: pl.Series) -> pl.Series:
    after = dict(zip(RESIDENT_CHECKS, [*RESIDENT_CHECKS[1:], RESIDENT_CHECKS[0]], strict=True))
    return values.str.slice(0, 17) + values.str.slice(17).replace_strict(after)


def _month_13(values: pl.Series) -> pl.Series:
    first17 = values.str.slice(0, 17).cast(pl.Int64).to_numpy()
    month = first17 // 10**5 % 100
    first17 = first17 + (13 - month) * 10**5
    return pl.Series(first17).cast(pl.String) + pick(RESIDENT_CHECKS, resident_check(first17))


def _other_end(values: pl.Series) -> pl.Series:
    return values.str.slice(0, 17) + values.str.slice(17).replace_strict(
        {"0": "1"}, default="0", return_dtype=pl.String
    )
