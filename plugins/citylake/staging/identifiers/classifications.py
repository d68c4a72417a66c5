"""Codes of public classifications: divisions (区划, GB/T 2260) and industries (国民经济行业, GB/T 4754)."""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.staging.identifiers.divisions import is_division
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
