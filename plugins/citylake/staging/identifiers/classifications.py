"""Codes of public classifications: divisions (区划, GB/T 2260) and industries (国民经济行业, GB/T 4754)."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from citylake.staging.identifiers.divisions import is_division, is_in_force
from citylake.staging.identifiers.expressions import LATEST_BIRTH, first_reason, verdict

# Divisions 01 to 98 over the editions of 2002, 2011 and 2017: the digits alone do not name their edition.
_INDUSTRY_PATTERN = "^(?:0[1-9]|[1-8][0-9]|9[0-8])[0-9]{2}$"
# Classes of groups 011 to 093 (agriculture and mining) without their zero.
_WITHOUT_ZERO = "^(?:1[1-9]|2[1-5]|3[1-39]|4[12]|5[1-49]|[678][129]|9[1-3])[0-9]$"


def division_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Six digits, a code ever in force. Normalised String -> Boolean."""
    return verdict(value, value.str.contains("^[0-9]{6}$"), is_division(value.cast(pl.Int32, strict=False)))


def division_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """`division.unknown` for anything that is not a code ever in force."""
    return first_reason((division_is_valid(value), "division.unknown"))


def division_in_force_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Six digits, a code in force in the year of `as_of`. Normalised String -> Boolean."""
    code = value.cast(pl.Int32, strict=False)
    return verdict(value, value.str.contains("^[0-9]{6}$"), is_in_force(code, as_of))


def division_in_force_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Tells a code of another year from one that never was."""
    return first_reason(
        (division_is_valid(value), "division.unknown"),
        (division_in_force_is_valid(value, as_of), "division.not_in_force"),
    )


def industry_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Four digits that begin with a division of one of the editions. Normalised String -> Boolean."""
    return value.str.contains(_INDUSTRY_PATTERN)


def industry_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Why an industry code is not one.

    `111` is what a spreadsheet leaves of 0111. It might also be a group of division 11, so the zero is never put back.
    """
    return first_reason(
        (~value.str.contains(_WITHOUT_ZERO), "industry.lost_leading_zero"),
        (value.str.len_chars() == 4, "industry.length"),
        (value.str.contains("^[0-9]{4}$"), "industry.characters"),
        (industry_is_valid(value), "industry.unknown"),
    )


def industry_2017_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """A class (小类) of the edition of 2017. Normalised String -> Boolean."""
    return verdict(value, value.is_in(classes_of_2017()))


def industry_2017_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Tells a code of another edition from one that is in none."""
    return pl.coalesce(
        industry_reason(value),
        first_reason((industry_2017_is_valid(value), "industry.other_edition")),
    )


@cache
def classes_of_2017() -> list[str]:
    """Codes of all classes of GB/T 4754-2017; the file holds each group with the last digits of its classes."""
    path = Path(__file__).with_name("industry_classes_2017.csv")
    with path.open(encoding="ascii", newline="") as file:
        return [row["group"] + digit for row in csv.DictReader(file) for digit in row["last_digits"]]
