"""Organisation code (组织机构代码, GB 11714) and unified social credit code (统一社会信用代码, GB 32100-2015).

An organisation code has 8 characters and a check character, letters counting from A = 10. A credit code has 17
characters and a check character; its characters 9 to 17 are the organisation code of the entity.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.staging.identifiers.expressions import LATEST_BIRTH, code_text, first_reason, verdict, weighted_digits

_ORGANISATION_PATTERN = "^[0-9A-Z]{8}[0-9X]$"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# No I, O, S, V, Z: the letters after a gap move up, so that the text reads as a number in base 31.
_USCC_PATTERN = "^[0-9A-HJ-NPQRTUWXY]{18}$"
_BASE_31 = dict(zip("JKLMNPQRTUWXY", "IJKLMNOPQRSTU", strict=True))
_USCC_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)


def plain_organisation_code(value: pl.Expr) -> pl.Expr:
    """Normalises an organisation code; the hyphen before the check character is only a way of printing it."""
    return code_text(value).str.replace_all("-", "", literal=True)


def organisation_code_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Characters and check character. Normalised String -> Boolean."""
    return verdict(value, value.str.contains(_ORGANISATION_PATTERN), _organisation_is_checked(value))


def organisation_code_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """The first rule that an organisation code breaks."""
    return first_reason(
        (value.str.len_chars() == 9, "organisation_code.length"),
        (value.str.contains(_ORGANISATION_PATTERN), "organisation_code.characters"),
        (_organisation_is_checked(value), "organisation_code.checksum"),
    )


def uscc_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Characters, check character and the organisation code inside. Normalised String -> Boolean."""
    return verdict(value, value.str.contains(_USCC_PATTERN), _uscc_is_checked(value), _inner_is_checked(value))


def uscc_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """The first rule that a credit code breaks."""
    return first_reason(
        (value.str.len_chars() == 18, "uscc.length"),
        (value.str.contains(_USCC_PATTERN), "uscc.characters"),
        (_uscc_is_checked(value), "uscc.checksum"),
        (_inner_is_checked(value), "uscc.organisation_code"),
    )


def _organisation_is_checked(value: pl.Expr) -> pl.Expr:
    """String of 9 -> Boolean: sum of value times weight, plus the check (X is 10), is a multiple of 11."""
    last = value.str.slice(8)
    parts = pl.struct(
        number=value.str.slice(0, 8).str.to_integer(base=36, strict=False),
        last=pl.when(last == "X").then(10).otherwise(last.cast(pl.Int64, strict=False)),
    )
    checked_sum = weighted_digits("number", 36, _ORGANISATION_WEIGHTS) + pl.field("last")
    return parts.struct.with_fields(is_checked=checked_sum % 11 == 0).struct.field("is_checked")


def _inner_is_checked(value: pl.Expr) -> pl.Expr:
    """The organisation code inside a credit code.

    Where its check position holds a letter that GB 11714 never gives there, it is no organisation code, and only the
    check character of the credit code itself applies.
    """
    inner = value.str.slice(8, 9)
    return _organisation_is_checked(inner) | ~inner.str.contains("[0-9X]$")


def _uscc_is_checked(value: pl.Expr) -> pl.Expr:
    """String of 18 -> Boolean: value times weight, summed with the check, is a multiple of 31."""
    text = value.str.replace_many(_BASE_31)
    parts = pl.struct(
        high=text.str.slice(0, 9).str.to_integer(base=31, strict=False),
        low=text.str.slice(9).str.to_integer(base=31, strict=False),
    )
    checked_sum = weighted_digits("high", 31, _USCC_WEIGHTS[:9]) + weighted_digits("low", 31, _USCC_WEIGHTS[9:])
    return parts.struct.with_fields(is_checked=checked_sum % 31 == 0).struct.field("is_checked")
