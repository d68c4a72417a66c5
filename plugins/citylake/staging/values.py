"""Text becomes typed values: a fast reading for clean cells, a patient one for the rest.

Every parser takes a text Series and gives the typed Series; a cell that is neither missing nor readable is null in the
result and named by a reason. The patient reading runs only on the cells that the fast one could not take, so dirt costs
in proportion to itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from citylake.contracts import Column
from citylake.contracts.units import UNITS
from citylake.staging.identifiers import CHECKS
from citylake.staging.patient import (
    BOOLEANS,
    Patient,
    read_boolean,
    read_date,
    read_date_of_workbook,
    read_month,
    read_number,
    read_text,
    read_timestamp,
    reasons,
)
from citylake.staging.spelling import BLANKS, fold


@dataclass(frozen=True)
class Parsed:
    """Typed values, and for the cells that could not be read their positions and reasons."""

    values: pl.Series
    bad_rows: pl.Series
    bad_reasons: pl.Series


def parse(
    raw: pl.Series, column: Column, codes: dict[str, str] | None, missing: list[str], is_workbook: bool, as_of: date
) -> Parsed:
    """Types one column of a block.

    :param raw: text as delivered (or typed already, from Parquet)
    :param codes: spelling -> code, for a coded column
    :param missing: spellings that mean "no value"
    :param is_workbook: Excel day numbers are accepted as dates
    :param as_of: no one is born after this day
    """
    target = DTYPES[column.type]
    if raw.dtype == target and target != pl.String:
        return _clean(raw)
    if raw.dtype != pl.String:
        raw = raw.cast(pl.String, strict=False)
    if codes is not None:
        fast, patient = _coded(codes)
    elif column.type == "code":
        fast, patient = _code(column, as_of)
    else:
        fast, patient = _READERS[column.type]
        if column.type == "date" and is_workbook:
            patient = read_date_of_workbook
    values, is_read = fast(raw)
    left = (~is_read).arg_true()
    if left.is_empty():
        return _scaled(_clean(values), column)
    return _scaled(_patiently(raw, values, left, patient, missing), column)


def _clean(values: pl.Series) -> Parsed:
    return Parsed(values, pl.Series([], dtype=pl.UInt32), pl.Series([], dtype=pl.String))


def _scaled(parsed: Parsed, column: Column) -> Parsed:
    """Numbers delivered in 万元, 亿元, 万人 or 亩 in the unit that the column's name carries."""
    factor = UNITS[column.unit].factor if column.unit else 1.0
    return parsed if factor == 1.0 else Parsed(parsed.values * factor, parsed.bad_rows, parsed.bad_reasons)


Fast = Callable[[pl.Series], tuple[pl.Series, pl.Series]]


def _patiently(raw: pl.Series, values: pl.Series, left: pl.Series, patient: Patient, missing: list[str]) -> Parsed:
    cells = raw.gather(left).str.strip_chars(BLANKS)
    is_present = (cells.is_not_null() & ~cells.is_in(missing)).fill_null(False)
    present = is_present.arg_true()
    found = pl.Series([None], dtype=values.dtype).new_from_index(0, cells.len())
    bad_rows, reasons = pl.Series([], dtype=pl.UInt32), pl.Series([], dtype=pl.String)
    if present.len():
        read, why = patient(cells.gather(present))
        found = found.scatter(present, read.cast(values.dtype))
        is_bad = why.is_not_null()
        bad_rows, reasons = left.gather(present.filter(is_bad)), why.filter(is_bad)
    return Parsed(values.scatter(left, found), bad_rows, reasons)


# -- text ------------------------------------------------------------------------------------------------------------


def _text_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    stripped = raw.str.strip_chars(BLANKS)
    # Spellings of "missing" are short; longer text is taken as it is.
    return stripped, (stripped.str.len_bytes() > 4).fill_null(False)


def _coded(codes: dict[str, str]) -> tuple[Fast, Patient]:
    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = raw.replace_strict(codes, default=None, return_dtype=pl.String)
        return values, values.is_not_null()

    def patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = fold(cells).replace_strict(codes, default=None, return_dtype=pl.String)
        return values, reasons(values, "code.unknown")

    return fast, patient


def _code(column: Column, as_of: date) -> tuple[Fast, Patient]:
    check = CHECKS.get(column.check or "")

    def is_fine(values: pl.Series) -> pl.Series:
        if check is not None:
            return values.to_frame("v").select(check.is_valid(pl.col("v"), as_of)).to_series().fill_null(False)
        return values.str.contains("^[0-9A-Z_./()-]+$").fill_null(False) & (values.str.len_bytes() > 3)

    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        return raw, is_fine(raw)

    def patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        if check is None:
            return fold(cells).str.to_uppercase(), pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
        # Most of what is left wants capitals and no more; `normalise` respells what is still unclean.
        frame = cells.str.to_uppercase().to_frame("v").select(check.normalise(pl.col("v")).alias("v"))
        bad = (~is_fine(frame["v"])).arg_true()
        why = frame[bad].select(check.reason(pl.col("v"), as_of)).to_series()
        return frame["v"], pl.Series([None], dtype=pl.String).new_from_index(0, cells.len()).scatter(bad, why)

    return fast, patient


# -- numbers ---------------------------------------------------------------------------------------------------------


def _number_fast(dtype: type[pl.Int64] | type[pl.Float64]) -> Fast:
    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = raw.cast(dtype, strict=False)
        if dtype == pl.Float64:
            values = values.replace([float("nan"), float("inf"), float("-inf")], None)
        return values, values.is_not_null()

    return fast


# -- dates -----------------------------------------------------------------------------------------------------------


def _date_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.str.to_date("%Y-%m-%d", strict=False, cache=False)
    return values, (values.is_not_null() & (values.dt.year() < 2200)).fill_null(False)


def _timestamp_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)
    return values, values.is_not_null()


def _month_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    return raw, raw.str.contains("^[0-9]{4}-(0[1-9]|1[0-2])$").fill_null(False)


def _boolean_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, values.is_not_null()


_READERS: dict[str, tuple[Fast, Patient]] = {
    "text": (_text_fast, read_text),
    "integer": (_number_fast(pl.Int64), read_number(pl.Int64, "value.not_integer")),
    "decimal": (_number_fast(pl.Float64), read_number(pl.Float64, "value.not_decimal")),
    "date": (_date_fast, read_date),
    "timestamp": (_timestamp_fast, read_timestamp),
    "month": (_month_fast, read_month),
    "boolean": (_boolean_fast, read_boolean),
}
DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "code": pl.String(),
    "month": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
    "boolean": pl.Boolean(),
}
