"""What the values of one column say of it: type, identifier check, code list, missing marks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from citylake.contracts.headings import normal_header
from citylake.staging.identifiers import CHECKS
from citylake.staging.identifiers.expressions import LATEST_BIRTH
from citylake.staging.patient import BOOLEANS

# Cells that mean "no value" in some export or other; those that a sample holds are proposed.
MISSING_MARKS = (
    "",
    "-",
    "—",
    "--",
    "——",
    "…",
    "……",
    "/",
    "\\",
    "NaN",
    "\\N",
    "NULL",
    "null",
    "N/A",
    "#N/A",
    "空",
    "无",
    "暂无",
    "不详",
    "未知",
)
_CODE_HEADER = re.compile(r"(号|号码|代码|编码|编号|账号|证号|电话|手机|邮编|标识|id|code|no)$", re.IGNORECASE)
_PLAIN_DAY = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_DASHED_DAY = re.compile(r"(19|20|99)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?( 00:00:00)?")
_MOMENT = re.compile(
    r"(19|20)[0-9]{2}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?"
)
_MONTH = re.compile(r"(19|20)[0-9]{2}[-/.年]?(0?[1-9]|1[0-2])月?")
_SHORT = re.compile("[0-9]{4,5}")
_INTEGER = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+|[-+]?[0-9]+(\.0+)?")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?%?")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_./()-]*")
_MOSTLY = 0.9
_CODE_DIGITS = 6
_MOST_CODES = 30


@dataclass(frozen=True)
class Values:
    """One column of a sample: `type` as the model names it, its check and list where the values prove them."""

    type: str
    check: str | None = None
    codes: str | None = None
    is_full: bool = False
    missing: tuple[str, ...] = ()
    present: tuple[str, ...] = field(default=(), repr=False)


def look_at(
    header: str, cells: Sequence[str | None], lists: Mapping[str, Mapping[str, str]], hint: str | None
) -> Values:
    """Judges one column.

    :param cells: the column's cells as delivered
    :param lists: code lists (list -> spelling -> code)
    :param hint: the list that other contracts use for a column of this name
    """
    folded = [unicodedata.normalize("NFKC", cell or "").strip() for cell in cells]
    present = tuple(text for text in folded if text and text not in MISSING_MARKS)
    missing = tuple(dict.fromkeys(text for text in folded if text in MISSING_MARKS))
    codes = _list_of(present, lists, hint)
    if codes is not None:
        # A word of the list is a value, even where it means "none" elsewhere.
        missing = tuple(mark for mark in missing if mark not in lists[codes])
    check = _check_of(header, present)
    kind = "code" if check else "text" if codes else _type_of(normal_header(header), present)
    is_full = bool(folded) and len(present) == len(folded)
    return Values(kind, check, codes, is_full, missing, present)


def _check_of(header: str, present: Sequence[str]) -> str | None:
    """The identifier that nearly every value is; short codes pass by chance, so their header has to agree."""
    texts = pl.Series("v", [text.upper() for text in present if 6 <= len(text) <= 18], dtype=pl.String)
    if not present or texts.len() < len(present) * _MOSTLY:
        return None
    asked = ["resident_id", "uscc"]
    asked += ["division"] if re.search("区划|地区|县|division", header) else []
    for name in asked:
        lengths = {"resident_id": (15, 18), "uscc": (18,), "division": (6, 9, 12)}[name]
        valid = texts.to_frame().select(CHECKS[name].is_valid(CHECKS[name].normalise(pl.col("v")), LATEST_BIRTH))
        hits = int((valid.to_series().fill_null(False) & texts.str.len_chars().is_in(lengths)).sum())
        if hits >= len(present) * _MOSTLY:
            return name
    return None


def _list_of(present: Sequence[str], lists: Mapping[str, Mapping[str, str]], hint: str | None) -> str | None:
    """The code list that knows nearly every value: the one of the name, else the one that fits most closely."""
    counts = Counter(present)
    if not counts or len(counts) > _MOST_CODES or all(text in BOOLEANS for text in counts):
        return None

    def fits(words: Mapping[str, str]) -> bool:
        return sum(counts[text] for text in counts if text in words) >= len(present) * _MOSTLY

    if hint and fits(lists.get(hint, {})):
        return hint
    # A bare digit stands for something in many lists, and one word proves little.
    if sum(1 for text in counts if not (text.isascii() and text.isdigit())) < 2:
        return None
    fitting = [
        (-sum(1 for text in counts if text in words), len(set(words.values())), name)
        for name, words in lists.items()
        if fits(words)
    ]
    return min(fitting)[2] if fitting else None


def _type_of(header: str, present: Sequence[str]) -> str:
    def mostly(pattern: re.Pattern[str]) -> bool:
        return bool(present) and sum(1 for text in present if pattern.fullmatch(text)) >= len(present) * _MOSTLY

    says_whether = header.startswith("是否") or {"是", "否"} <= set(present)
    if says_whether and present and all(text in BOOLEANS for text in present):
        return "boolean"
    if mostly(_MOMENT):
        midnight = all(text.endswith("00:00:00") for text in present)
        return "date" if midnight and not header.endswith("时间") else "timestamp"
    if mostly(_DASHED_DAY) or (mostly(_PLAIN_DAY) and re.search("日期|时间|日$|date", header)):
        return "date"
    if mostly(_MONTH) and (not mostly(_INTEGER) or ("月" in header and not mostly(_SHORT))):
        return "month"
    if mostly(_INTEGER):
        return "code" if _is_code(header, present) else "integer"
    if mostly(_DECIMAL):
        return "decimal"
    is_code = mostly(_CODE) and (bool(_CODE_HEADER.search(header)) or _is_code(header, present))
    return "code" if is_code else "text"


def _is_code(header: str, present: Sequence[str]) -> bool:
    """Digits that name something: leading zeros, one length of six or more, or a header that says so."""
    if _CODE_HEADER.search(header) or any(
        len(text) > 1 and text.startswith("0") and "." not in text for text in present
    ):
        return True
    lengths = {len(text) for text in present}
    return len(lengths) == 1 and min(lengths) >= _CODE_DIGITS and len(present) > 1 and "." not in present[0]
