"""Chinese numerals: 二〇二五 (digit by digit), 一百二十, 三千五百万, and the forms of bookkeeping (壹佰贰拾)."""

from __future__ import annotations

import polars as pl

_ONE_TO_NINE = ("一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_DIGITS = {
    **dict.fromkeys("零〇○O", "0"),
    **{sign: str(value) for value, signs in enumerate(_ONE_TO_NINE, 1) for sign in signs},
    **dict(zip("拾佰仟萬億", "十百千万亿", strict=True)),
    **{"廿": "2十", "卅": "3十", "卌": "4十"},
}
NUMERAL = rf"^[{''.join(_DIGITS)}十百千万亿]+$"
# Up to four digits with their places; the one before 十 may be left out.
_SECTION = r"^0*(?:([1-9])千)?0?(?:([1-9])百)?0?(?:([1-9]?)十)?0?([1-9])?$"
_PLACES = (1000, 100, 10, 1)
# 一百二 means 120 to one reader and 102 to another.
_COLLOQUIAL = r"[百千万亿][1-9]$"


def read_numeral(cells: pl.Series) -> pl.Series:
    """Text without blanks -> Int64; null for what is no numeral, or could be read in two ways."""
    signs = cells.str.replace_many(_DIGITS).alias("signs").to_frame()
    parts = signs.with_columns(pl.col("signs").str.extract_groups(r"^(?:(.*)亿)?(?:(.*)万)?([^万亿]*)$").alias("parts"))
    text = pl.col("signs")
    above, middle, below = (pl.col("parts").struct.field(str(i)) for i in (1, 2, 3))
    rest = pl.when(below == "").then(0).otherwise(_section(below))
    value = _section(above).fill_null(0) * 10**8 + _section(middle).fill_null(0) * 10**4 + rest
    # 万 without a number before it is not a number.
    value = pl.when(text.str.contains("^[万亿]|亿万").not_()).then(value)
    structured = pl.when(~text.str.contains(_COLLOQUIAL) & text.str.contains("[十百千万亿]")).then(value)
    digits = pl.when(text.str.contains("^[0-9]{1,18}$")).then(text).cast(pl.Int64, strict=False)
    found = parts.select(pl.coalesce(digits, structured).alias("value")).to_series()
    return pl.select(pl.when(cells.str.contains(NUMERAL)).then(found)).to_series()


def _section(text: pl.Expr) -> pl.Expr:
    """Up to four digits with their places -> Int64; null for what does not read as such."""
    groups = text.str.extract_groups(_SECTION)
    digits = [groups.struct.field(str(i)) for i in (1, 2, 3, 4)]
    ones = [pl.when(digit == "").then(pl.lit("1")).otherwise(digit).cast(pl.Int64) for digit in digits]
    value = sum((digit.fill_null(0) * place for digit, place in zip(ones, _PLACES, strict=True)), pl.lit(0))
    is_read = text.str.contains(_SECTION)
    return pl.when(is_read).then(value)
