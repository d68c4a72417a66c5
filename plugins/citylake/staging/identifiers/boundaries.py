"""Boundaries as text (WKT): what of a polygon can be seen without drawing it.

A ring that is left open and axes the other way round are told and mended where places are built; what lies in plane
metres of an unnamed system, was cut off by a cell's limit, or is no text of a polygon at all, can only be sent back.
"""

from __future__ import annotations

import polars as pl

_BEGIN = r"^\s*(?i:MULTI)?(?i:POLYGON)\s*\("
_END = r"\)\s*\)\s*$"
# Degrees have three digits before the point at most; plane coordinates are in the hundred thousands.
_METRES = r"[0-9]{5,}(?:\.|[ ,)])"


def boundary_reason(value: pl.Expr) -> pl.Expr:
    """String -> reason code; null where a polygon in degrees begins and ends as one."""
    return (
        pl.when(~value.str.contains(_BEGIN))
        .then(pl.lit("boundary.not_wkt"))
        .when(~value.str.contains(_END))
        .then(pl.lit("boundary.cut"))
        .when(value.str.replace_all(r"\.[0-9]+", ".").str.contains(_METRES))
        .then(pl.lit("boundary.plane"))
    )
