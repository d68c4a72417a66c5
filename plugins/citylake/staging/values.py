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
from citylake.staging import patient
from citylake.staging.everyday_text import is_usual
from citylake.staging.identifiers import CHECKS
from citylake.staging.patient import Patient
from citylake.staging.patient_dates import FIRST_YEAR, LAST_YEAR
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
    target, factor = DTYPES[column.type], UNITS[column.unit].factor if column.unit else 1.0
    if raw.dtype == target and target != pl.String:
        return _scaled(_clean(raw), column, factor)
    if raw.dtype != pl.String:
        raw = raw.cast(pl.String, strict=False)
    if column.type == "integer" and factor != 1.0:
        return _scaled(parse(raw, _as_decimal(column), codes, missing, is_workbook, as_of), column, factor)
    if codes is not None:
        fast, patient_reading = _coded(codes)
    elif column.type == "code":
        fast, patient_reading = _code(column, as_of, missing)
    else:
        fast = _text_fast(missing) if column.type == "text" else _FAST[column.type]
        patient_reading = patient.reader(column, is_workbook, as_of)
    values, is_read = fast(raw)
    left = (~is_read).arg_true()
    if left.is_empty():
        return _scaled(_clean(values), column, factor)
    return _scaled(_patiently(raw, values, left, patient_reading, missing), column, factor)


def _clean(values: pl.Series) -> Parsed:
    return Parsed(values, pl.Series([], dtype=pl.UInt32), pl.Series([], dtype=pl.String))


def _as_decimal(column: Column) -> Column:
    """The column as it is delivered: 129.67 万人 are whole persons only in the unit of the lake."""
    return column.model_copy(update={"type": "decimal", "unit": None})


def _scaled(parsed: Parsed, column: Column, factor: float) -> Parsed:
    """Numbers delivered in 万元, 亿元, 万人 or 亩 in the unit that the column's name carries."""
    if factor == 1.0 or column.type not in ("integer", "decimal"):
        return parsed
    values = parsed.values * factor
    if column.type == "decimal":
        return Parsed(values, parsed.bad_rows, parsed.bad_reasons)
    whole = values.round()
    broken = ((values - whole).abs() > 1e-4).fill_null(False).arg_true()
    bad_rows = pl.concat([parsed.bad_rows, broken.cast(pl.UInt32)])
    bad_reasons = pl.concat([parsed.bad_reasons, pl.Series(["value.not_integer"] * broken.len(), dtype=pl.String)])
    return Parsed(whole.scatter(broken, None).cast(pl.Int64, strict=False), bad_rows, bad_reasons)


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
    return Parsed(values.clone().scatter(left, found), bad_rows, reasons)


# -- text ------------------------------------------------------------------------------------------------------------


def _text_fast(missing: list[str]) -> Fast:
    # Longer than any spelling of "missing", and of usual characters: taken as it stands.
    longest = max((len(mark.encode()) for mark in missing), default=0)

    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        return raw, (raw.str.len_bytes() > longest).fill_null(False) & is_usual(raw)

    return fast


def _coded(codes: dict[str, str]) -> tuple[Fast, Patient]:
    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = raw.replace_strict(codes, default=None, return_dtype=pl.String)
        return values, values.is_not_null()

    return fast, lambda cells: patient.read_listed(cells, codes)


def _code(column: Column, as_of: date, missing: list[str]) -> tuple[Fast, Patient]:
    check = CHECKS.get(column.check or "")
    # A mark for a missing value that is spelt like a code: all shorter ones are looked at patiently anyway.
    like_codes = [mark for mark in missing if len(mark.encode()) > 3]

    def is_fine(values: pl.Series) -> pl.Series:
        if check is not None:
            return values.to_frame("v").select(check.is_valid(pl.col("v"), as_of)).to_series().fill_null(False)
        is_code = values.str.contains("^[0-9A-Z_./()-]+$").fill_null(False) & (values.str.len_bytes() > 3)
        for mark in like_codes:
            is_code &= (values != mark).fill_null(False)
        return is_code

    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        return raw, is_fine(raw)

    def read(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        if check is None:
            values = fold(cells).str.to_uppercase()
            return values, patient.spoilt_code(values)
        # Most of what is left wants capitals and no more; `normalise` respells what is still unclean.
        frame = cells.str.to_uppercase().to_frame("v").select(check.normalise(pl.col("v")).alias("v"))
        why = frame.select(check.reason(pl.col("v"), as_of)).to_series()
        return frame["v"], why if why.null_count() == why.len() else patient.as_number(frame["v"], why)

    return fast, read


# -- numbers ---------------------------------------------------------------------------------------------------------


def _number_fast(dtype: type[pl.Int64] | type[pl.Float64]) -> Fast:
    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = raw.cast(dtype, strict=False)
        if dtype == pl.Float64:
            # Excel shows 123456 as 1.2E+05: what it does not show is lost. Minus zero is zero.
            is_shown = values.is_finite() & ~raw.str.contains("E+", literal=True)
            return pl.select(pl.when(values != 0).then(values).otherwise(0.0)).to_series(), is_shown.fill_null(False)
        return values, values.is_not_null()

    return fast


# -- dates -----------------------------------------------------------------------------------------------------------


def _date_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.str.to_date("%Y-%m-%d", strict=False, cache=False)
    return values, values.dt.year().is_between(FIRST_YEAR, LAST_YEAR).fill_null(False)


def _timestamp_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)
    return values, values.dt.year().is_between(FIRST_YEAR, LAST_YEAR).fill_null(False)


def _month_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    return raw, raw.str.contains("^[0-9]{4}-(0[1-9]|1[0-2])$").fill_null(False)


def _boolean_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.replace_strict(patient.BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, values.is_not_null()


_FAST: dict[str, Fast] = {
    "integer": _number_fast(pl.Int64),
    "decimal": _number_fast(pl.Float64),
    "date": _date_fast,
    "timestamp": _timestamp_fast,
    "month": _month_fast,
    "boolean": _boolean_fast,
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
