"""The patient readings: cells that the fast ones could not take, stripped of blanks and known not to be missing.

Each takes a text Series without nulls and gives the values and, for each cell that is no value, its reason code. What
can be read without a guess is read; what could mean two things is refused with a reason of its own, so that the clerk
knows what to change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from citylake.contracts import Column
from citylake.staging.mojibake import is_mojibake
from citylake.staging.patient_dates import read_date, read_month, read_timestamp
from citylake.staging.patient_numbers import read_number
from citylake.staging.spelling import fold, plain_text

Patient = Callable[[pl.Series], tuple[pl.Series, pl.Series]]

_TRUE = ["是", "1", "Y", "y", "true", "True", "TRUE", "已", "有", "√", "对", "1.0", "已接入", "已联网"]
_FALSE = ["否", "0", "N", "n", "false", "False", "FALSE", "未", "无", "×", "错", "0.0", "未接入", "待接入", "未联网"]
BOOLEANS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
_SPOILT = (
    (r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]", "value.control_character"),
    (r"\x{FFFD}", "value.lost_character"),
    (r"\p{Co}", "value.private_character"),
)
# What a spreadsheet makes of a long number: a power of ten, or zeros behind the fifteenth digit.
_POWER_OF_TEN = r"^[0-9](?:\.[0-9]+)?E\+[0-9]+$"


def reader(column: Column, is_workbook: bool, as_of: date) -> Patient:
    """The patient reading of a column that has neither a code list nor type `code`."""
    match column.type:
        case "integer" | "decimal":
            return lambda cells: read_number(cells, column)
        case "date":
            return lambda cells: read_date(cells, column, is_workbook, as_of)
        case "timestamp":
            return lambda cells: read_timestamp(cells, column, is_workbook, as_of)
        case "month":
            return lambda cells: read_month(cells, column, is_workbook, as_of)
        case "boolean":
            return read_boolean
        case _:
            return read_text


def reasons(values: pl.Series, code: str) -> pl.Series:
    """A reason for each null, null for each value."""
    return pl.select(pl.when(values.is_null()).then(pl.lit(code))).to_series()


def read_text(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Text in the form in which it is compared; control, lost and private characters and mojibake are named."""
    misread = pl.when(pl.lit(is_mojibake(cells))).then(pl.lit("value.mojibake"))
    return plain_text(cells), pl.select(pl.coalesce(pl.lit(spoilt(cells)), misread)).to_series()


def spoilt(cells: pl.Series) -> pl.Series:
    """A reason for each cell with a character that no reader should meet, null for the others."""
    named = [pl.when(pl.col("v").str.contains(pattern)).then(pl.lit(reason)) for pattern, reason in _SPOILT]
    return cells.to_frame("v").select(pl.coalesce(*named)).to_series()


def read_boolean(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = fold(cells).replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, reasons(values, "value.not_boolean")


def read_listed(cells: pl.Series, codes: dict[str, str]) -> tuple[pl.Series, pl.Series]:
    """Codes of a list; a number that would stand in it with a zero in front has lost that zero."""
    folded = fold(cells)
    values = folded.replace_strict(codes, default=None, return_dtype=pl.String)
    with_zero = ("0" + folded).is_in(list(codes)) & folded.str.contains("^[0-9]+$")
    lost = pl.when(pl.lit(with_zero)).then(pl.lit("code.lost_leading_zero")).otherwise(pl.lit("code.unknown"))
    return values, pl.select(pl.when(pl.lit(values).is_null()).then(lost)).to_series()


def spoilt_code(values: pl.Series) -> pl.Series:
    """A reason for each code without a check of its own that is spoilt, null for the others."""
    power = pl.when(pl.col("v").str.contains(_POWER_OF_TEN)).then(pl.lit("code.became_number"))
    return values.to_frame("v").select(pl.coalesce(pl.lit(spoilt(values)), power)).to_series()


def as_number(values: pl.Series, otherwise: pl.Series) -> pl.Series:
    """`code.became_number` where a wrong identifier looks like what a spreadsheet leaves of it, else its own reason."""
    text = pl.col("v")
    is_number = text.str.contains(_POWER_OF_TEN) | text.str.contains("^[0-9]{15}000$")
    return (
        values.to_frame("v")
        .select(pl.when(is_number).then(pl.lit("code.became_number")).otherwise(otherwise))
        .to_series()
    )
