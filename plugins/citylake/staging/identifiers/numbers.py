"""Telephone numbers, and object identifiers (OID, GB/T 26231) of the catalogue."""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.staging.identifiers.expressions import LATEST_BIRTH, code_text, first_reason, verdict

_MOBILE = r"1[3-9][0-9]{9}"
# With or without the area code; 400 and 800 numbers.
_FIXED = r"(?:0(?:10|2[0-9]|[3-9][0-9]{2}))?[2-9][0-9]{6,7}|[48]00[0-9]{7}"
_PHONE = rf"^(?:{_MOBILE}|{_FIXED})$"

# China's arc. What stands below is a number without leading zeros or a word of letters, digits and hyphens.
_OID_ROOT = "1.2.156"
_OID = r"^1\.2\.156(?:\.(?:[1-9][0-9]*|[A-Z][A-Z0-9-]{0,62}))+$"
_OID_BYTES = 100


def plain_phone(value: pl.Expr) -> pl.Expr:
    """Normalises a telephone number: brackets, hyphens and the country code out."""
    digits = code_text(value).str.replace_all(r"[-()]", "")
    return digits.str.replace(rf"^(?:\+|00)?86({_MOBILE})$", "$1")


def phone_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """A mobile or a fixed number. Normalised String -> Boolean."""
    return value.str.contains(_PHONE)


def phone_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Why a telephone number is not one."""
    return first_reason(
        (value.str.contains("^[0-9]+$"), "phone.characters"),
        (value.str.len_bytes().is_between(7, 12), "phone.length"),
        (phone_is_valid(value), "phone.unknown"),
    )


def oid_is_valid(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """Root, arcs and length. Normalised String -> Boolean."""
    return verdict(value, value.str.contains(_OID), value.str.len_bytes() <= _OID_BYTES)


def oid_reason(value: pl.Expr, as_of: date = LATEST_BIRTH) -> pl.Expr:
    """The first rule that an object identifier breaks."""
    return first_reason(
        (value.str.len_bytes() <= _OID_BYTES, "oid.length"),
        (value.str.starts_with(_OID_ROOT + "."), "oid.root"),
        (value.str.contains(_OID), "oid.arc"),
    )


def negative_reason(value: pl.Expr) -> pl.Expr:
    """Number -> reason code: a count below nothing is a counter that began anew, or a difference."""
    return pl.when(value < 0).then(pl.lit("value.negative"))
