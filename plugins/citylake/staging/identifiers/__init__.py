"""Identifier checks as polars expressions: resident ID, credit code, organisation code, division, industry, OID, phone.

Each check has three parts, used in this order on one text column:
`normalise` (String -> String, spelling only, never a guess), `is_valid` (normalised -> Boolean, null for null) and
`reason` (normalised -> String reason code; meant for the values that failed, null where nothing is wrong).

Everything is set-based. A value is split once into a struct of integers and the rules read its fields: polars does
not share the parts of a deep expression by itself, so written flat the resident-ID check costs four times as much.
Digits are matched with `[0-9]`, because `\\d` also matches full-width digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from citylake.staging.identifiers import boundaries, classifications, coordinates, credit_codes, numbers, resident_id
from citylake.staging.identifiers.expressions import code_text

__all__ = ["CHECKS", "CHECKS_BY_PERIOD", "VALUE_CHECKS", "Check", "code_text"]


@dataclass(frozen=True)
class Check:
    """How one kind of identifier is spelt, tested and explained.

    `is_valid` and `reason` take the normalised value and, by name, `as_of`: the last day on which a birth can lie
    (resident ID), or the day on which a code must be in force (CHECKS_BY_PERIOD: the last one of the business period).
    """

    normalise: Callable[[pl.Expr], pl.Expr]
    is_valid: Callable[..., pl.Expr]
    reason: Callable[..., pl.Expr]


CHECKS: dict[str, Check] = {
    "resident_id": Check(resident_id.complete, resident_id.is_valid, resident_id.reason),
    "uscc": Check(code_text, credit_codes.uscc_is_valid, credit_codes.uscc_reason),
    "organisation_code": Check(
        credit_codes.plain_organisation_code,
        credit_codes.organisation_code_is_valid,
        credit_codes.organisation_code_reason,
    ),
    "division": Check(code_text, classifications.division_is_valid, classifications.division_reason),
    "industry": Check(code_text, classifications.industry_is_valid, classifications.industry_reason),
    "division_in_force": Check(
        code_text, classifications.division_in_force_is_valid, classifications.division_in_force_reason
    ),
    "industry_2017": Check(code_text, classifications.industry_2017_is_valid, classifications.industry_2017_reason),
    "oid": Check(code_text, numbers.oid_is_valid, numbers.oid_reason),
    "phone": Check(numbers.plain_phone, numbers.phone_is_valid, numbers.phone_reason),
}
CHECKS_BY_PERIOD: frozenset[str] = frozenset({"division_in_force"})
# Checks of values that have no spelling to be put right: value -> reason code, null where nothing is wrong.
VALUE_CHECKS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "longitude": coordinates.longitude_reason,
    "latitude": coordinates.latitude_reason,
    "not_negative": numbers.negative_reason,
    "boundary": boundaries.boundary_reason,
}
