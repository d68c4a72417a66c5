"""Spellings: full-width and half-width text, blanks that do not show, and the ways to write a day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from citylake.staging.mojibake import FIRSTS

# Characters without a picture, as a regex class: zero-width ones, marks of direction, the soft hyphen, the byte-order
# mark, and the selectors that choose between pictures of one character.
INVISIBLE = r"\p{Cf}\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}"
# Ideographic space, no-break space, zero-width characters and the byte-order mark count as blanks.
BLANKS = " \t\r\n\u3000\u00a0\u200b\u200c\u200d\ufeff"
_HALF_WIDTH = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
_FOLDED = _HALF_WIDTH | dict.fromkeys(BLANKS, "")


def fold(cells: pl.Series) -> pl.Series:
    """Full-width letters, digits and punctuation as half-width, inner blanks out."""
    return cells.str.replace_many(_FOLDED)


def fold_wide(cells: pl.Series) -> pl.Series:
    """As `fold`, but blanks inside stay, as one space; invisible characters are out."""
    return cells.str.replace_many(_HALF_WIDTH).str.replace_all(f"[{INVISIBLE}]", "").str.replace_all(r"\s+", " ")


# Text that is taken as it stands: no blank at either end, and inside nothing that `plain_text` would change or refuse
# (invisible, private, control and combining characters, other middle dots, compatibility ideographs), and nothing that
# looks like text read in a wrong encoding (see `mojibake`).
_DOTS = "•・‧∙･⋅．"
_UNUSUAL = rf"\p{{C}}\p{{M}}\x{{A0}}À-ÖØ-öø-ÿ锟\x{{FFFD}}\x{{F900}}-\x{{FAFF}}\x{{2F800}}-\x{{2FA1F}}{_DOTS}"
_ASCII = "!-~"
USUAL_TEXT = (
    rf"^(?:[{_ASCII}](?:[ {_ASCII}]*[{_ASCII}])?"
    rf"|(?:[{_ASCII}][ {_ASCII}]*)?[^\s{_ASCII}{_UNUSUAL}{FIRSTS}](?:[^{_UNUSUAL}]*[^\s{_UNUSUAL}])?)$"
)
_DOT_IN_NAME = rf"(\p{{L}}) ?[{_DOTS}] ?(\p{{L}})"


def plain_text(cells: pl.Series) -> pl.Series:
    """The form in which text is compared: composed (NFC), without invisible characters, one middle dot in names.

    The dot is U+00B7, the one that GB 2312 and the registers of persons use; departments' systems write six others. The
    file as delivered stays in landing. Line breaks and inner blanks stay, and so do selectors of a character's picture.
    """
    text = cells.str.replace_all(r"\p{Cf}+", "").str.replace_all("\u00a0", " ", literal=True)
    text = text.str.strip_chars(BLANKS).str.normalize("NFC")
    # Twice: a syllable of one letter stands between two dots.
    return text.str.replace_all(_DOT_IN_NAME, "${1}·${2}").str.replace_all(_DOT_IN_NAME, "${1}·${2}")


_MIDNIGHT = r"[ T]0{1,2}:00(?::00(?:\.0+)?)?$"
_DATE_MARKS = dict.fromkeys(["年", "月", "/", "."], "-") | dict.fromkeys(["日", "号"], "")


def _spellings_of_days() -> dict[str, int]:
    """What stands behind the year in the usual spellings of a day -> its place in a year that begins on 1 March."""
    shapes = ["{m:02}{d:02}"]
    shapes += [f"{mark}{{m{pad}}}{mark}{{d{pad}}}" for mark in "-/." for pad in (":02", "")]
    shapes += [f"年{{m{pad}}}月{{d{pad}}}{end}" for end in "日号" for pad in (":02", "")]
    shapes += [shape + " 00:00:00" for shape in shapes]
    days = [date(1999, 3, 1) + timedelta(place) for place in range(366)]
    return {shape.format(m=day.month, d=day.day): place for shape in shapes for place, day in enumerate(days)}


_DAY_TAILS = pl.DataFrame(
    list(_spellings_of_days().items()), schema={"tail": pl.String, "place": pl.Int32}, orient="row"
)
_1_JANUARY, _29_FEBRUARY = 306, 365
_1_MARCH_OF_YEAR_0 = -719_468


def read_day(cells: pl.Series) -> pl.Series:
    """Spellings of a day: 2020/1/1, 2020.1.1, 2020年1月1日, 20200101, full-width digits, with or without a midnight.

    The usual ones are looked up and counted, at a third of the cost of taking marks out and parsing what is left.
    With 29 February as the last day of its year, days before 1 March are a sum over whole years.
    """
    text, year, place = pl.col("v"), pl.col("year"), pl.col("place")
    parts = cells.to_frame("v").select(
        year=text.str.slice(0, 4).cast(pl.Int32, strict=False),
        place=text.str.slice(4).replace_strict(*_DAY_TAILS, default=None, return_dtype=pl.Int32),
    )
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    begun = year - (place >= _1_JANUARY).cast(pl.Int32)
    days = begun * 365 + begun // 4 - begun // 100 + begun // 400 + place + _1_MARCH_OF_YEAR_0
    is_day = year.is_between(1, 9999) & ((place != _29_FEBRUARY) | is_leap)
    values = parts.select(pl.when(is_day).then(days).cast(pl.Date)).to_series()
    unusual = values.is_null().arg_true()
    return values.scatter(unusual, _read_unusual_day(cells.gather(unusual))) if unusual.len() else values


def _read_unusual_day(cells: pl.Series) -> pl.Series:
    dashed = fold(cells.str.replace(_MIDNIGHT, "").str.replace_many(_DATE_MARKS))
    return (
        dashed.to_frame("v")
        .select(
            pl.when(pl.col("v").str.len_bytes() == 8, pl.col("v").str.contains("-", literal=True).not_())
            .then(pl.col("v").str.to_date("%Y%m%d", strict=False, cache=False))
            .otherwise(pl.col("v").str.to_date("%Y-%m-%d", strict=False, cache=False))
        )
        .to_series()
    )
