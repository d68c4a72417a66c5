"""The patient readings: cells that the fast ones could not take, stripped of blanks and known not to be missing.

Each takes a text Series without nulls and gives the values and, for each cell that is no value, its reason code.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from citylake.staging.spelling import fold, read_day

Patient = Callable[[pl.Series], tuple[pl.Series, pl.Series]]

_TRUE = ["是", "1", "Y", "y", "true", "True", "TRUE", "已", "有", "√", "对", "1.0"]
_FALSE = ["否", "0", "N", "n", "false", "False", "FALSE", "未", "无", "×", "错", "0.0"]
BOOLEANS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
# Dates that departments write for "no end": they mean an open end, not a day.
_OPEN_ENDED = ["99991231", "9999-12-31", "9999/12/31", "0000-00-00", "00000000", "9999-12-31 00:00:00", "长期"]


def reasons(values: pl.Series, code: str) -> pl.Series:
    """A reason for each null, null for each value."""
    return pl.select(pl.when(values.is_null()).then(pl.lit(code))).to_series()


def read_text(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    return cells, pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())


def read_number(dtype: type[pl.Int64] | type[pl.Float64], reason: str) -> Patient:
    def patient(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        folded = fold(cells).str.strip_suffix("%").str.replace_all(",", "", literal=True)
        values = folded.cast(pl.Float64, strict=False)
        values = values.replace([float("nan"), float("inf"), float("-inf")], None)
        if dtype == pl.Int64:
            values = pl.select(pl.when(values == values.round()).then(values)).to_series().cast(pl.Int64, strict=False)
        return values, reasons(values, reason)

    return patient


def read_date(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    is_open = cells.is_in(_OPEN_ENDED)
    values = read_day(cells)
    values = pl.select(pl.when(~is_open & (values.dt.year() < 2200)).then(values)).to_series()
    return values, pl.select(pl.when(values.is_null() & ~is_open).then(pl.lit("value.not_date"))).to_series()


def read_date_of_workbook(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """As above, and day numbers of Excel's 1900 system between 1954 and 2064."""
    values, why = read_date(cells)
    serial = cells.str.extract(r"^([2-5][0-9]{4})(?:\.0)?$").cast(pl.Int32, strict=False)
    day = pl.select(pl.date(1899, 12, 30) + pl.duration(days=pl.lit(serial))).to_series()
    values = pl.select(pl.coalesce(day, values)).to_series()
    return values, pl.select(pl.when(serial.is_null()).then(why)).to_series()


def read_timestamp(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
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


def read_month(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    parts = fold(cells).str.extract_groups(r"^([0-9]{4})[-/.年]?([0-9]{1,2})(?:月|[-/.月][0-9]{1,2}日?)?$")
    year, month = parts.struct.field("1"), parts.struct.field("2").str.zfill(2)
    values = pl.select(
        pl.when(month.is_between(pl.lit("01"), pl.lit("12"))).then(pl.concat_str(year, pl.lit("-"), month))
    ).to_series()
    return values, reasons(values, "value.not_month")


def read_boolean(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = fold(cells).replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, reasons(values, "value.not_boolean")
