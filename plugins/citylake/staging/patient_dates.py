"""Patient reading of days, months and moments: eight spellings of a day are read, others by the contract's rule.

Always read: 2025-09-30, 2025/9/30, 2025.9.30, 20250930, 2025年9月30日 (or 号), full-width digits, blanks between,
a midnight behind. Read where `reads` says so: Chinese numerals, years of the Republic (民国), years of two digits, and
day numbers of a spreadsheet. What could be two days (03/04/2025) is never read.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.contracts import Column
from citylake.staging.numerals import read_numeral
from citylake.staging.spelling import fold, read_day

# Dates that departments write for "no end": they mean an open end, not a day.
_OPEN_ENDED = [
    *("99991231", "9999-12-31", "9999/12/31", "9999-12-31 00:00:00", "0000-00-00", "00000000"),
    *("长期", "永久", "长期有效"),
]
FIRST_YEAR, LAST_YEAR = 1000, 2199
_PARTS = (
    r"^(?:(?:中华)?(民国|民國))?([^-年月日号/.]{1,8})[-年/.]([^-年月日号/.]{1,3})[-月/.]([^-年月日号/.]{1,3})[日号]?$"
)
# Day numbers of 1954 to 2064 in the system that counts from 1900.
_SERIAL = r"^([2-5][0-9]{4})(?:\.0+)?$"
_USUAL_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"
_MOMENT_SERIAL = r"^([2-5][0-9]{4}\.[0-9]+)$"
# Milliseconds since 1970-01-01 in UTC, of 2001 to 2033.
_EPOCH = r"^(1[0-9]{12})(?:\.0+)?$"
# The end of a day, as ISO 8601 writes it: the midnight that begins the next one.
_END_OF_DAY = r" 24:00(?::00(?:\.0+)?)?$"
_NAMED = (
    (r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}", "value.ambiguous_date"),
    (_SERIAL, "value.excel_serial"),
    (_MOMENT_SERIAL, "value.excel_serial"),
    (_EPOCH, "value.epoch_milliseconds"),
    (r"^[12][0-9]{3}(?:年|[-/.年]?(?:0?[1-9]|1[0-2])月?)?$", "value.no_day"),
    (r"^[0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?T?[0-9]{1,2}[:：时点]", "value.has_time"),
)


def read_date(cells: pl.Series, column: Column, is_workbook: bool, as_of: date) -> tuple[pl.Series, pl.Series]:
    """Date, and a reason for each cell that is no day."""
    days = _in_bounds(read_day(cells))
    left = (days.is_null() & ~cells.is_in(_OPEN_ENDED)).arg_true()
    why = pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
    if left.is_empty():
        return days, why
    found, reasons = _by_rule(fold(cells.gather(left)), column, is_workbook, as_of, "value.not_date")
    return days.scatter(left, found), why.scatter(left, reasons)


def read_month(cells: pl.Series, column: Column, is_workbook: bool, as_of: date) -> tuple[pl.Series, pl.Series]:
    """Text like 2025-09, and a reason for each cell that is no month; a day stands for its month."""
    text = fold(cells)
    parts = text.str.extract_groups(r"^([0-9]{4})[-/.年]?([0-9]{1,2})(?:月|[-/.月][0-9]{1,2}日?)?$")
    year, month = parts.struct.field("1"), parts.struct.field("2").str.zfill(2)
    is_month = month.is_between(pl.lit("01"), pl.lit("12")) & ~text.str.contains(r"^[0-9]{4}\.1$")
    values = pl.select(pl.when(is_month).then(pl.concat_str(year, pl.lit("-"), month))).to_series()
    left = values.is_null().arg_true()
    why = pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
    if left.is_empty():
        return values, why
    first = text.gather(left).alias("text").to_frame()
    first = first.select(pl.when(pl.col("text").str.ends_with("月")).then(pl.col("text") + "1日").otherwise("text"))
    with_day = first.select(pl.when(pl.all().str.contains("[日号]$")).then(pl.all()).otherwise(pl.all() + "/1"))
    days, reasons = _by_rule(with_day.to_series(), column, is_workbook, as_of, "value.not_month")
    is_cut = text.gather(left).str.contains(r"^[0-9]{4}\.1$")
    named = pl.select(pl.when(is_cut).then(pl.lit("value.ambiguous_month")).otherwise(reasons)).to_series()
    return values.scatter(left, days.dt.strftime("%Y-%m")), why.scatter(left, named)


def read_timestamp(cells: pl.Series, column: Column, is_workbook: bool, as_of: date) -> tuple[pl.Series, pl.Series]:
    """Moments in Shanghai wall time; one with an offset (Z, +08:00) is turned to it. A day alone is its midnight."""
    moments = _in_bounds(cells.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False))
    why = pl.select(pl.when(moments.is_null()).then(pl.lit("value.not_timestamp"))).to_series()
    # A moment in the usual spelling that is none stays none in every other reading.
    is_final = cells.str.contains(_USUAL_MOMENT) & ~cells.is_in(_OPEN_ENDED) & ~cells.str.contains(_END_OF_DAY)
    left = (moments.is_null() & ~is_final).arg_true()
    if left.is_empty():
        return moments, why
    rest = cells.gather(left)
    found, named = _moments_by_rule(rest, _other_moments(rest), column, is_workbook, as_of)
    return moments.scatter(left, found), why.scatter(left, named)


def _other_moments(cells: pl.Series) -> pl.Series:
    text = (
        cells.str.replace("T", " ", literal=True).str.replace_all("[年月/]", "-").str.replace("日", " ", literal=True)
    )
    text = text.str.replace(
        r"^([0-9]{4})([0-9]{2})([0-9]{2}) ?([0-9]{2}):?([0-9]{2}):?([0-9]{2})$", "${1}-${2}-${3} ${4}:${5}:${6}"
    )
    text = (
        text.str.replace(r" +", " ").str.replace(r"Z$", "+0000").str.replace(r"([+-][0-9]{2}):([0-9]{2})$", "${1}${2}")
    )
    is_end = text.str.contains(_END_OF_DAY)
    text = text.str.replace(_END_OF_DAY, " 00:00:00")
    plain = pl.coalesce(
        text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False),
        text.str.to_datetime("%Y-%m-%d %H:%M", time_unit="us", strict=False),
    ) + pl.duration(days=pl.lit(is_end).cast(pl.Int64))
    with_offset = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", strict=False, time_zone="UTC")
    local = with_offset.dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None)
    return _in_bounds(pl.select(pl.coalesce(plain, local, read_day(cells).cast(pl.Datetime("us")))).to_series())


def _moments_by_rule(
    cells: pl.Series, moments: pl.Series, column: Column, is_workbook: bool, as_of: date
) -> tuple[pl.Series, pl.Series]:
    why = pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
    left = (moments.is_null() & ~cells.is_in(_OPEN_ENDED)).arg_true()
    if left.is_empty():
        return moments, why
    rest = fold(cells.gather(left))
    days, reasons = _by_rule(rest, column, is_workbook, as_of, "value.not_timestamp")
    counted = [_moments_of_serials(rest, column, is_workbook), _moments_of_epochs(rest, column)]
    found = pl.select(pl.coalesce(days.cast(pl.Datetime("us")), *counted)).to_series()
    reasons = reasons.replace("value.has_time", "value.not_timestamp")
    named = pl.select(pl.when(found.is_null()).then(reasons)).to_series()
    return moments.scatter(left, found), why.scatter(left, named)


def _by_rule(
    text: pl.Series, column: Column, is_workbook: bool, as_of: date, otherwise: str
) -> tuple[pl.Series, pl.Series]:
    """Days in spellings that a contract must let in (folded text), and the reason for each that stays unread."""
    day = pl.col("day")
    needs = {
        "minguo_years": (pl.col("is_minguo") & day.is_not_null(), "value.minguo_year"),
        "chinese_numerals": (pl.col("is_numeral") & day.is_not_null(), "value.chinese_numeral"),
        "two_digit_years": (pl.col("is_short") & day.is_not_null(), "value.two_digit_year"),
    }
    serial = pl.col("text").str.extract(_SERIAL).cast(pl.Int32, strict=False)
    from_serial = pl.date(1899, 12, 30) + pl.duration(days=serial)
    if not (is_workbook or "excel_serials" in column.reads):
        from_serial = pl.lit(None, dtype=pl.Date)
    shapes = [pl.when(pl.col("text").str.contains(shape)).then(pl.lit(reason)) for shape, reason in _NAMED]
    refused = [pl.when(need).then(pl.lit(reason)) for rule, (need, reason) in needs.items() if rule not in column.reads]
    found = _spelt_out(text, as_of).with_columns(
        refused=pl.coalesce(*refused, pl.lit(None, dtype=pl.String)), from_serial=from_serial
    )
    found = found.with_columns(day=pl.when(pl.col("refused").is_null()).then(pl.coalesce("from_serial", "day")))
    why = pl.when(pl.col("day").is_null()).then(pl.coalesce("refused", *shapes, pl.lit(otherwise)))
    return found["day"], found.select(why.alias("why")).to_series()


def _spelt_out(text: pl.Series, as_of: date) -> pl.DataFrame:
    """Column text; day (Date, by whatever spelling of year, month and day), is_minguo, is_numeral, is_short."""
    rows = text.str.contains(_PARTS).arg_true()
    found = _split_days(text.gather(rows), as_of).with_columns(rows.alias("row"))
    all_rows = pl.DataFrame([text.alias("text"), pl.Series("row", range(text.len()), dtype=pl.UInt32)])
    return all_rows.join(found, on="row", how="left", maintain_order="left")


def _split_days(text: pl.Series, as_of: date) -> pl.DataFrame:
    """Of texts that have three parts: day, is_minguo, is_numeral, is_short."""
    prefix, year, month, day = (pl.col("parts").struct.field(str(i)) for i in (1, 2, 3, 4))
    # The first year of the Republic is written 元年.
    year = pl.when(prefix.is_not_null() & (year == "元")).then(pl.lit("1")).otherwise(year)
    parts = text.str.extract_groups(_PARTS).alias("parts").to_frame()
    parts = parts.select(
        prefix=prefix,
        year=year,
        month=month,
        day=day,
        is_padded=year.str.contains("^0[0-9]{2}"),
        is_numeral=~pl.concat_str(year, month, day).str.contains("^[0-9]+$"),
    )
    parts = parts.with_columns(_number(parts[name]) for name in ("year", "month", "day"))
    given, has_no_zero = pl.col("year"), ~pl.col("is_padded")
    parts = parts.with_columns(is_minguo=pl.col("prefix").is_not_null() | (given.is_between(100, 999) & has_no_zero))
    parts = parts.with_columns(is_short=~pl.col("is_minguo") & (given < 100) & has_no_zero)
    century = pl.when(given <= as_of.year % 100).then(2000).otherwise(1900)
    full = pl.when("is_minguo").then(given + 1911).when("is_short").then(given + century).otherwise(given)
    spelt = pl.concat_str(
        full.cast(pl.String).str.zfill(4), *(pl.col(name).cast(pl.String).str.zfill(2) for name in ("month", "day"))
    )
    parts = parts.with_columns(day=spelt.str.to_date("%Y%m%d", strict=False, cache=False))
    is_possible = pl.col("day").dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    return parts.select("is_minguo", "is_numeral", "is_short", day=pl.when(is_possible).then("day"))


def _number(texts: pl.Series) -> pl.Series:
    """Digits or a numeral -> Int64; null for neither."""
    numbers = texts.cast(pl.Int64, strict=False)
    rows = numbers.is_null().arg_true()
    return numbers.scatter(rows, read_numeral(texts.gather(rows))) if rows.len() else numbers


def _moments_of_serials(text: pl.Series, column: Column, is_workbook: bool) -> pl.Series:
    """Day numbers with a fraction of the day, to the second; null where the contract does not let them in."""
    if not (is_workbook or "excel_serials" in column.reads):
        return pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, text.len())
    seconds = (text.str.extract(_MOMENT_SERIAL).cast(pl.Float64) * 86_400).round().cast(pl.Int64)
    return pl.select(pl.datetime(1899, 12, 30) + pl.duration(seconds=pl.lit(seconds))).to_series()


def _moments_of_epochs(text: pl.Series, column: Column) -> pl.Series:
    """Milliseconds since 1970 in UTC as Shanghai wall time; null where the contract does not let them in."""
    if "epoch_milliseconds" not in column.reads:
        return pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, text.len())
    moments = text.str.extract(_EPOCH).cast(pl.Int64).cast(pl.Datetime("ms", "UTC")).cast(pl.Datetime("us", "UTC"))
    return moments.dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None)


def _in_bounds(values: pl.Series) -> pl.Series:
    """Days or moments of years that a register can hold; 0001-01-01 is what programs write for nothing."""
    return pl.select(pl.when(values.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(values)).to_series()
