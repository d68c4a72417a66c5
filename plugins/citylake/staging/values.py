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
from citylake.staging.identifiers import CHECKS
from citylake.staging.spelling import BLANKS, fold, read_day

_TRUE = ["是", "1", "Y", "y", "true", "True", "TRUE", "已", "有", "√", "对", "1.0"]
_FALSE = ["否", "0", "N", "n", "false", "False", "FALSE", "未", "无", "×", "错", "0.0"]
_BOOLEANS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
# Dates that departments write for "no end": they mean an open end, not a day.
_OPEN_ENDED = ["99991231", "9999-12-31", "9999/12/31", "0000-00-00", "00000000", "9999-12-31 00:00:00", "长期"]


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
            patient = _date_of_workbook
    values, is_read = fast(raw)
    left = (~is_read).arg_true()
    if left.is_empty():
        return _scaled(_clean(values), column)
    return _scaled(_patiently(raw, values, left, patient, missing), column)


def _clean(values: pl.Series) -> Parsed:
    return Parsed(values, pl.Series([], dtype=pl.UInt32), pl.Series([], dtype=pl.String))


def _scaled(parsed: Parsed, column: Column) -> Parsed:
    """Numbers delivered in 万元, 亿元, 万人 or 亩 in the unit that the column's name carries."""
    if column.factor == 1.0:
        return parsed
    return Parsed(parsed.values * column.factor, parsed.bad_rows, parsed.bad_reasons)


Fast = Callable[[pl.Series], tuple[pl.Series, pl.Series]]
Patient = Callable[[pl.Series], tuple[pl.Series, pl.Series]]


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


def _reasons(values: pl.Series, code: str) -> pl.Series:
    """A reason for each null, null for each value."""
    return pl.select(pl.when(values.is_null()).then(pl.lit(code))).to_series()


# -- text ------------------------------------------------------------------------------------------------------------


def _text_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    stripped = raw.str.strip_chars(BLANKS)
    # Spellings of "missing" are short; longer text is taken as it is.
    return stripped, (stripped.str.len_bytes() > 4).fill_null(False)


def _text_patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    return cells, pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())


def _coded(codes: dict[str, str]) -> tuple[Fast, Patient]:
    def fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = raw.replace_strict(codes, default=None, return_dtype=pl.String)
        return values, values.is_not_null()

    def patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        values = fold(cells).replace_strict(codes, default=None, return_dtype=pl.String)
        return values, _reasons(values, "code.unknown")

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


def _number_patient(dtype: type[pl.Int64] | type[pl.Float64], reason: str) -> Patient:
    def patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        folded = fold(cells).str.strip_suffix("%").str.replace_all(",", "", literal=True)
        values = folded.cast(pl.Float64, strict=False)
        values = values.replace([float("nan"), float("inf"), float("-inf")], None)
        if dtype == pl.Int64:
            values = pl.select(pl.when(values == values.round()).then(values)).to_series().cast(pl.Int64, strict=False)
        return values, _reasons(values, reason)

    return patient


# -- dates -----------------------------------------------------------------------------------------------------------


def _date_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.str.to_date("%Y-%m-%d", strict=False, cache=False)
    return values, (values.is_not_null() & (values.dt.year() < 2200)).fill_null(False)


def _date_patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    is_open = cells.is_in(_OPEN_ENDED)
    values = read_day(cells)
    values = pl.select(pl.when(~is_open & (values.dt.year() < 2200)).then(values)).to_series()
    return values, pl.select(pl.when(values.is_null() & ~is_open).then(pl.lit("value.not_date"))).to_series()


def _date_of_workbook(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """As above, and day numbers of Excel's 1900 system between 1954 and 2064."""
    values, why = _date_patient(cells)
    serial = cells.str.extract(r"^([2-5][0-9]{4})(?:\.0)?$").cast(pl.Int32, strict=False)
    day = pl.select(pl.date(1899, 12, 30) + pl.duration(days=pl.lit(serial))).to_series()
    values = pl.select(pl.coalesce(day, values)).to_series()
    return values, pl.select(pl.when(serial.is_null()).then(why)).to_series()


def _timestamp_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)
    return values, values.is_not_null()


def _timestamp_patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Other spellings of a moment; one with an offset (Z, +08:00) is turned to Shanghai wall time."""
    is_open = cells.is_in(_OPEN_ENDED)
    text = (
        cells.str.replace("T", " ", literal=True).str.replace_all("[年月/]", "-").str.replace("日", " ", literal=True)
    )
    text = text.str.replace(
        r"^([0-9]{4})([0-9]{2})([0-9]{2}) ?([0-9]{2}):?([0-9]{2}):?([0-9]{2})$", "${1}-${2}-${3} ${4}:${5}:${6}"
    )
    text = (
        text.str.replace(r" +", " ").str.replace(r"Z$", "+0000").str.replace(r"([+-][0-9]{2}):([0-9]{2})$", "${1}${2}")
    )
    plain = pl.coalesce(
        text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False),
        text.str.to_datetime("%Y-%m-%d %H:%M", time_unit="us", strict=False),
    )
    with_offset = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", strict=False, time_zone="UTC")
    day = read_day(cells).cast(pl.Datetime("us"))
    local = with_offset.dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None)
    values = pl.select(pl.coalesce(plain, local, day)).to_series()
    values = pl.select(pl.when(~is_open & (values.dt.year() < 2200)).then(values)).to_series()
    return values, pl.select(pl.when(values.is_null() & ~is_open).then(pl.lit("value.not_timestamp"))).to_series()


def _month_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    return raw, raw.str.contains("^[0-9]{4}-(0[1-9]|1[0-2])$").fill_null(False)


def _month_patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    parts = fold(cells).str.extract_groups(r"^([0-9]{4})[-/.年]?([0-9]{1,2})(?:月|[-/.月][0-9]{1,2}日?)?$")
    year, month = parts.struct.field("1"), parts.struct.field("2").str.zfill(2)
    values = pl.select(
        pl.when(month.is_between(pl.lit("01"), pl.lit("12"))).then(pl.concat_str(year, pl.lit("-"), month))
    ).to_series()
    return values, _reasons(values, "value.not_month")


def _boolean_fast(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = raw.replace_strict(_BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, values.is_not_null()


def _boolean_patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = fold(cells).replace_strict(_BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, _reasons(values, "value.not_boolean")


_READERS: dict[str, tuple[Fast, Patient]] = {
    "text": (_text_fast, _text_patient),
    "integer": (_number_fast(pl.Int64), _number_patient(pl.Int64, "value.not_integer")),
    "decimal": (_number_fast(pl.Float64), _number_patient(pl.Float64, "value.not_decimal")),
    "date": (_date_fast, _date_patient),
    "timestamp": (_timestamp_fast, _timestamp_patient),
    "month": (_month_fast, _month_patient),
    "boolean": (_boolean_fast, _boolean_patient),
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
