"""Where the table stands in the rows of a sample: titles above it, one or two header rows, notes below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from citylake.contracts.headings import normal_header
from citylake.staging.drafting.sample import Row
from citylake.staging.reading.headers import HEADER_SEARCH_ROWS, combine_header_rows

# Lines below or inside a table that are no records, by how their first filled cell begins.
NOT_RECORDS = ("合计", "总计", "小计", "其中", "制表人", "填报", "审核", "备注:", "注:", "说明", "单位负责人", "联系人")
_VALUE = re.compile(r"[-+]?[0-9][0-9.,:/\-年月日 %Xx]*")


@dataclass(frozen=True)
class Table:
    """Headers and records of a sample; `footers` are the words that lines without records begin with."""

    headers: list[str]
    records: list[Row]
    titles: int
    header_rows: int
    footers: list[str]


def find_table(rows: list[Row], known: Collection[str], is_keyed: bool) -> Table | None:
    """The table of a sample, None when no row looks like a header.

    :param known: normalised headers that other contracts use; they speak for a row
    :param is_keyed: the first row holds the keys of records
    """
    start, depth = (0, 1) if is_keyed else _header(rows, known)
    if depth == 0:
        return None
    headers = [name or "" for name in combine_header_rows(rows[start : start + depth])]
    while headers and not normal_header(headers[-1]):
        headers.pop()
    body = [row for row in rows[start + depth :] if any(map(normal_header, row))]
    footers = [word for row in body if (word := _footer(row))]
    records = [[row[i] if i < len(row) else None for i in range(len(headers))] for row in body if not _footer(row)]
    return Table(headers, records, start, depth, list(dict.fromkeys(footers)))


def _header(rows: list[Row], known: Collection[str]) -> tuple[int, int]:
    """Index of the first header row and how many rows it takes; (0, 0) when there is none."""
    widths = Counter(_filled(row) for row in rows[:500])
    usual = max(widths, key=lambda width: (widths[width] * width, width), default=0)
    best, place = 0.0, (0, 0)
    for start in range(min(HEADER_SEARCH_ROWS, len(rows))):
        for depth in (1, 2):
            score = _score(rows[start : start + depth], depth, known)
            if score > best and score * 2 > usual:
                best, place = score, (start, depth)
    return place


def _score(rows: list[Row], depth: int, known: Collection[str]) -> float:
    """How much rows look like a header: words in every column, no values, spellings known elsewhere."""
    if len(rows) < depth:
        return 0.0
    if any(_is_value(cell) for row in rows for cell in row):
        return 0.0
    # A second row belongs to the header only when it names columns that the first leaves open.
    if depth == 2 and not (
        _filled(rows[0]) > 1 and any(_opens(row, rows[1], i) for row in rows[:1] for i in range(len(rows[1])))
    ):
        return 0.0
    names = [normal_header(name) for name in combine_header_rows(rows)]
    words = {name for name in names if name}
    return len(words) + 2 * len(words & set(known)) - 0.5 * (depth - 1)


def _opens(upper: Row, lower: Row, at: int) -> bool:
    return bool(normal_header(lower[at])) and (at >= len(upper) or not normal_header(upper[at]))


def _filled(row: Row) -> int:
    return sum(1 for cell in row if normal_header(cell))


def _is_value(cell: str | None) -> bool:
    return bool(_VALUE.fullmatch(normal_header(cell)))


def _footer(row: Row) -> str | None:
    first = next((text for cell in row if (text := normal_header(cell))), "")
    return next((word for word in NOT_RECORDS if first.startswith(word)), None)
