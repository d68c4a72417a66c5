"""Which column a header means: spellings with their dates, numbered names, units in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from citylake.contracts import Column, Contract
from citylake.contracts.headings import normal_header
from citylake.contracts.units import UNITS

# 营业收入(亿元), 营业收入[单位:亿元], 人口/万人 and 占比,% after folding.
_BRACKETED = re.compile(r"(?P<base>.+?)[(\[{【〔](?:(?:计量)?单位[:为]?)?(?P<inside>[^()\[\]{}【】〔〕]+)[)\]}】〕]")
_BEHIND_MARK = re.compile(r"(?P<base>.+?)(?:/|[,、;]?(?:计量)?单位[:为]?|[,、;])(?P<inside>[^/]+)")
_NUMBERED = re.compile(r"(?P<base>.+?)_[0-9]{1,2}(?P<bracket>\([^()]+\))")
_NUMBERS = ("integer", "decimal")


def header_key(text: str | None) -> str:
    """What headers are compared by: without accidents and, where a name stands in brackets, without their number.

    What is 行政相对人代码_2(组织机构代码) in one edition has another number in the next.
    """
    plain = normal_header(text)
    numbered = _NUMBERED.fullmatch(plain)
    return numbered["base"] + numbered["bracket"] if numbered else plain


@dataclass(frozen=True)
class Match:
    """What a header means: its column, and the unit that it carries beside the column's name (both may be None)."""

    column: Column | None = None
    unit: str | None = None


class HeaderMatcher:
    """The header spellings of one contract that hold for a business period (None: for any)."""

    def __init__(self, contract: Contract, period_end: date | None = None) -> None:
        self._columns: dict[str, Column] = {}
        self._bases: dict[str, Column] = {}
        self._other_dates: dict[str, Column] = {}
        for column in contract.columns.values():
            for header in column.headers:
                name = header_key(header.text)
                if header.is_valid_on(period_end):
                    self._columns[name] = column
                    if (parts := _unit_parts(name)) and parts[1] in UNITS:
                        self._bases[parts[0]] = column
                else:
                    self._other_dates[name] = column

    def match(self, header: str) -> Match:
        """The column of a header. A spelling that names a unit itself means the column's own unit."""
        name = header_key(header)
        if column := self._columns.get(name):
            return Match(column)
        parts = _unit_parts(name)
        column = (self._columns.get(parts[0]) or self._bases.get(parts[0])) if parts else None
        if parts is None or column is None:
            return Match()
        # Brackets behind a text are a remark and no unit: such a header is another column.
        is_unit = parts[1] in UNITS or column.type in _NUMBERS
        return Match(column, parts[1]) if is_unit else Match()

    def column_at_other_dates(self, header: str) -> Column | None:
        """The column that a header means in other editions than this period's."""
        return self._other_dates.get(header_key(header))


def _unit_parts(name: str) -> tuple[str, str] | None:
    found = _BRACKETED.fullmatch(name) or _BEHIND_MARK.fullmatch(name)
    return (found["base"], found["inside"]) if found else None
