"""Patient reading of numbers: other spellings are read or refused by name, never guessed.

Read everywhere: full-width digits, thousands separators in threes, a plus sign, `%` in a column of shares. Read where
the contract's `reads` says that the column holds them: Chinese numerals, 万, 亿 or a unit behind the number, and angles
in degrees, minutes and seconds.
"""

from __future__ import annotations

import polars as pl

from citylake.contracts import Column
from citylake.contracts.units import UNITS
from citylake.staging.numerals import NUMERAL, read_numeral
from citylake.staging.spelling import fold_wide

_PLAIN = r"^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?$"
_GROUPED = r"^[-+]?[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?:\.[0-9]+)?$"
_NUMBER = r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?"
_MAGNITUDES = {
    "十": 10.0,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "万亿": 1e12,
}
_WITH_TAIL = rf"^({_NUMBER})({'|'.join(sorted(_MAGNITUDES, key=len, reverse=True))})?([^0-9]*)$"
# 119°58′26.6″, with signs of either width, 度分秒, or decimal minutes alone.
_ANGLE = r"^([0-9]{1,3})[°度]([0-9]{1,2}(?:\.[0-9]+)?)['′’分](?:([0-9]{1,2}(?:\.[0-9]+)?)[\"″”秒])?$"
# Quantities by the unit that a column's name carries, for columns whose contract names no unit.
_QUANTITIES = {"cny": "money", "persons": "people", "m2": "area", "pct": "share", "kwh": "energy"}
# What a cell looks like that is no number -> why it is not read.
_NAMED = (
    (rf"^\({_NUMBER}\)$", "value.parentheses"),
    (rf"^(?:约|近|将近|接近|超过?|突破|逾|大约|不足|[<>≤≥~]=?){_NUMBER}", "value.approximate"),
    (rf"^{_NUMBER}[十百千万亿]*(?:余|多|以上|以下|以内|左右|上下)", "value.approximate"),
    (rf"^{_NUMBER}\D?(?:[-~—]+|至|到){_NUMBER}", "value.range"),
    (rf"^{_NUMBER}[十百千万亿]+$", "value.magnitude"),
    (rf"^{_NUMBER}[^0-9,. ]{{1,8}}$", "value.has_unit"),
    (r"^[-+]?[0-9]+[, ][0-9, ]*(?:\.[0-9]+)?$", "value.separators"),
    (NUMERAL, "value.chinese_numeral"),
)


def read_number(cells: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """Float64 (Int64 for an integer column) in the unit delivered, and a reason for each cell that is no number."""
    is_integer = column.type == "integer"
    text = fold_wide(cells).str.replace(r"^[−–]", "-")
    # Blanks between digits may part thousands or two numbers; all others say nothing.
    text = text.str.replace_all(r"([^0-9]) +", "$1").str.replace_all(r" +([^0-9])", "$1").alias("text")
    if _quantity(column) == "share":
        text = text.str.strip_suffix(column.unit or "%").str.strip_chars_end()
    digits = pl.select(
        pl.when(text.str.contains(_PLAIN) | text.str.contains(_GROUPED)).then(text.str.replace_all("[, ]", ""))
    ).to_series()
    lost = _lost_digits(digits, is_integer)
    values = digits.cast(pl.Float64, strict=False)
    values = pl.select(pl.when(values.is_finite() & ~lost).then(values)).to_series()
    values = _first_found(values, _by_rule(text, column))
    if is_integer:
        values = _whole(values, digits)
    is_too_large = values.is_null() & digits.is_not_null() & ~lost & _is_whole(digits)
    why = pl.DataFrame([text]).select(
        pl.when(pl.lit(values).is_not_null())
        .then(None)
        .when(pl.lit(lost))
        .then(pl.lit("value.exponent"))
        .when(pl.lit(is_too_large))
        .then(pl.lit("value.out_of_range"))
        .otherwise(_named(pl.col("text"), "value.not_integer" if is_integer else "value.not_decimal"))
    )
    return values, why.to_series()


def _quantity(column: Column) -> str | None:
    if column.unit:
        return UNITS[column.unit].quantity
    return _QUANTITIES.get(column.name.rsplit("_", 1)[-1])


def _lost_digits(digits: pl.Series, is_integer: bool) -> pl.Series:
    """Whether a power of ten stands for digits that are not shown: 5.1E+17 may have been any of 10**16 numbers.

    `E+` is what spreadsheets show; other programs write 1e5 for a decimal without losing a digit.
    """
    mark = r"[eE]\+?" if is_integer else r"E\+"
    parts = digits.str.extract_groups(rf"(?:\.([0-9]*))?{mark}([0-9]+)$")
    shown, power = parts.struct.field("1").str.len_bytes().fill_null(0), parts.struct.field("2").cast(pl.Int64)
    return (power > shown).fill_null(False)


def _is_whole(digits: pl.Series) -> pl.Series:
    return digits.str.contains(r"^[-+]?[0-9]+(?:\.0*)?$").fill_null(False)


def _whole(values: pl.Series, digits: pl.Series) -> pl.Series:
    """Int64. Digits are read as such: by way of a float, numbers above 2**53 would come out as their neighbours."""
    exact = digits.str.replace(r"\.0*$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)
    near = values.round()
    is_whole = ((values - near).abs() < 1e-6) & (near.abs() < 2**53)
    rest = pl.select(pl.when(is_whole).then(near)).to_series().cast(pl.Int64, strict=False)
    return _first_found(exact, rest)


def _by_rule(text: pl.Series, column: Column) -> pl.Series:
    """Spellings that only a contract's `reads` lets in, in the unit of the column; null elsewhere."""
    values = pl.Series([None], dtype=pl.Float64).new_from_index(0, text.len())
    if "chinese_numerals" in column.reads:
        values = read_numeral(text.str.replace_all(" ", "", literal=True)).cast(pl.Float64)
    if "degrees" in column.reads:
        return _angle(text.str.replace_all(" ", "", literal=True))
    if "magnitudes" not in column.reads:
        return values
    parts = text.str.extract_groups(_WITH_TAIL)
    number, magnitude, unit = (parts.struct.field(str(i)) for i in (1, 2, 3))
    known = {name: one.factor for name, one in UNITS.items() if one.quantity == _quantity(column)}
    named_unit = pl.select(pl.concat_str(magnitude.fill_null(""), unit)).to_series()
    delivered = UNITS[column.unit].factor if column.unit else 1.0
    by_unit = named_unit.replace_strict(known, default=None, return_dtype=pl.Float64) / delivered
    # In a column of 万元, 1.2万 could be 1.2 or 12,000 of them.
    plain = magnitude.replace_strict(_MAGNITUDES, default=None, return_dtype=pl.Float64)
    by_magnitude = pl.select(pl.when((unit == "") & (delivered == 1.0)).then(plain)).to_series()
    shown = number.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    return _first_found(values, shown * _first_found(by_unit, by_magnitude))


def _angle(text: pl.Series) -> pl.Series:
    """Degrees; null where minutes or seconds reach 60, for then the cell says something else."""
    parts = text.str.extract_groups(_ANGLE).struct.unnest().cast(pl.Float64)
    degrees, minutes, seconds = (pl.col(str(i)) for i in (1, 2, 3))
    seconds = seconds.fill_null(0.0)
    whole = pl.when((minutes < 60) & (seconds < 60)).then(degrees + minutes / 60 + seconds / 3600)
    return parts.select(whole.alias("v"))["v"]


def _named(text: pl.Expr, otherwise: str) -> pl.Expr:
    return pl.coalesce(
        *(pl.when(text.str.contains(pattern)).then(pl.lit(reason)) for pattern, reason in _NAMED), pl.lit(otherwise)
    )


def _first_found(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(first, second)).to_series()
