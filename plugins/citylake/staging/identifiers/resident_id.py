"""Resident ID (公民身份号码, GB 11643-1999): 6 area, 8 birth, 3 sequence, 1 check character (ISO 7064 MOD 11-2).

Numbers of the first generation have 15 digits: no century, no check. The area code is the one that was in force when
the number was issued, so retired codes are right.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from citylake.staging.identifiers.divisions import is_division
from citylake.staging.identifiers.expressions import (
    LATEST_BIRTH,
    by_steps,
    code_text,
    first_reason,
    respelt,
    total,
    verdict,
)

EARLIEST_BIRTH = 18500101

_PATTERN = "^[0-9]{17}[0-9X]$"
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_OF_YEAR = [month * 100 + day for month, days in enumerate(_MONTH_DAYS, 1) for day in range(1, days + 1)]


def complete(value: pl.Expr) -> pl.Expr:
    """Normalises a number and completes 15 digits to 18: century `19` after the area, then the check character."""
    return respelt(value, _PATTERN, lambda unclean: _completed(code_text(unclean)))


def is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Length, characters, area, birth date up to `as_of`, sequence and check. Normalised String -> Boolean."""
    return by_steps(value, lambda batch: _rules(batch, as_of).select(_is_kept()), pl.Boolean)


def reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """The first rule that a number breaks, in the order in which a clerk reads it."""
    return by_steps(value, lambda batch: _rules(batch, as_of).select(_first_broken()), pl.String)


def _rules(batch: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Column `value` (String) and one Boolean column a rule: null or false where the rule is broken."""
    split, halves, fields, judged = _steps(as_of)
    return batch.with_columns(split).with_columns(halves).with_columns(fields).select(judged)


# Expressions are made once: a small delivery spends more time on making and planning them than on its rows.
@cache
def _steps(as_of: date) -> tuple[list[pl.Expr], ...]:
    value = pl.col("value")
    high, low, area, birth = (pl.col(name) for name in ("high", "low", "area", "birth"))
    last = pl.when(value.str.ends_with("X")).then(10).otherwise(value.str.slice(17).cast(pl.Int32, strict=False))
    return (
        [value.str.slice(0, 17).cast(pl.Int64, strict=False).alias("digits"), last.alias("last")],
        _halves("digits"),
        [(high // 1000).alias("area"), (high % 1000 * 100_000 + low // 1000).alias("birth")],
        [
            value,
            (value.str.len_bytes() == 18).alias("is_length"),
            is_division(area).alias("is_area"),
            (_is_day(birth) & birth.is_between(EARLIEST_BIRTH, int(f"{as_of:%Y%m%d}"))).alias("is_birth"),
            (low % 1000 != 0).alias("is_sequence"),
            ((_weighted_sum() + pl.col("last")) % 11 == 1).alias("is_checked"),
        ],
    )


@cache
def _is_kept() -> pl.Expr:
    kept = [pl.col(name) for name in ("is_length", "is_area", "is_birth", "is_sequence", "is_checked")]
    return verdict(pl.col("value"), *kept)


@cache
def _first_broken() -> pl.Expr:
    return first_reason(
        (pl.col("value").str.len_chars() == 18, "resident_id.length"),
        (pl.col("value").str.contains(_PATTERN), "resident_id.characters"),
        (pl.col("is_area"), "resident_id.area"),
        (pl.col("is_birth"), "resident_id.birth_date"),
        (pl.col("is_sequence"), "resident_id.sequence"),
        (pl.col("is_checked"), "resident_id.checksum"),
    )


def _completed(value: pl.Expr) -> pl.Expr:
    """String -> String: 15 digits become 18, anything else stays as it is."""

    def complete_batch(batch: pl.DataFrame) -> pl.DataFrame:
        text = pl.col("value")
        with_century = pl.concat_str(text.str.slice(0, 6), pl.lit("19"), text.str.slice(6))
        parts = batch.with_columns(body=pl.when(text.str.contains("^[0-9]{15}$")).then(with_century))
        parts = parts.with_columns(digits=pl.col("body").cast(pl.Int64)).with_columns(_halves("digits"))
        check = ((12 - _weighted_sum() % 11) % 11).cast(pl.String).str.replace("10", "X", literal=True)
        return parts.select(pl.coalesce(pl.concat_str("body", check), text))

    return by_steps(value, complete_batch, pl.String)


def _halves(digits: str) -> list[pl.Expr]:
    """17 digits as two Int32, the first nine and the last eight: 32-bit division is several times cheaper."""
    number = pl.col(digits)
    return [(number // 10**8).cast(pl.Int32).alias("high"), (number % 10**8).cast(pl.Int32).alias("low")]


def _weighted_sum() -> pl.Expr:
    """Digit times weight over 17 digits, up to a multiple of 11: weight 2 for the last of them, then 4, 8, 16 …"""
    return _powers_of_two(pl.col("high"), 9) % 11 * (2**9 % 11) + _powers_of_two(pl.col("low"), 8) * 2


def _powers_of_two(number: pl.Expr, digits: int) -> pl.Expr:
    """Each decimal digit times 2 to its position, summed.

    With F(j) = number // 10**j the digit j is F(j) - 10 F(j+1), so the sum is
    F(0) - 8 (F(1) + 2 F(2) + 4 F(3) + ...): one division a digit and no remainder.
    """
    return number - total(number // 10**place * 2 ** (place + 2) for place in range(1, digits))


def _is_day(day: pl.Expr) -> pl.Expr:
    """Int32 yyyymmdd -> Boolean: the calendar has this day."""
    year, month_day = day // 10_000, day % 10_000
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return month_day.is_in(_DAYS_OF_YEAR) & ((month_day != 229) | is_leap)
