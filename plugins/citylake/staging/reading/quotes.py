"""Where records begin and end in delimited text: cuts outside quotes, and lines inside quoted fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.staging.reading.marks import Marks

_MANY = 20_000
_NEWLINE = 0x0A


def cut_at_record_end(data: bytes, quotes: np.ndarray, end: bytes, limit: int) -> int:
    """Length of the longest prefix within `limit` that ends with a line end outside quotes; 0 when there is none.

    A line end is outside quotes when an even number of quotes stands before it (RFC 4180). `end` is one character in
    the encoding of `data`, and is found only at a multiple of its length.
    """
    cut = _behind_last(data, end, limit)
    while cut and int(np.searchsorted(quotes, cut)) % 2:
        cut = _behind_last(data, end, cut - len(end))
    return cut


def _behind_last(data: bytes, end: bytes, limit: int) -> int:
    at = data.rfind(end, 0, limit)
    while at > 0 and at % len(end):
        at = data.rfind(end, 0, at + len(end) - 1)
    return at + len(end) if at >= 0 else 0


def doubled_by_rule(data: bytes, quotes: np.ndarray, delimiter: str) -> int | None:
    """How many quotes the fields hold, read off the bytes; None unless every quote stands where RFC 4180 puts it.

    By that rule a quote opens a field behind a delimiter or a line end, closes it before one, or is doubled inside.
    `data` ends with a newline, which also serves as the line end before its first byte.
    """
    if quotes.size % 2:
        return None
    opened, closed = quotes[0::2], quotes[1::2]
    is_doubled = closed[:-1] + 1 == opened[1:]
    raw = np.frombuffer(data, dtype=np.uint8)
    before = raw[opened[np.concatenate(([True], ~is_doubled))[: opened.size]] - 1]
    behind = raw[closed[np.concatenate((~is_doubled, [True]))[: closed.size]] + 1]
    is_by_rule = np.isin(np.concatenate((before, behind)), (ord(delimiter), _NEWLINE)).all()
    return int(is_doubled.sum()) if is_by_rule else None


@dataclass(frozen=True)
class Lines:
    """Physical lines of a block of records.

    numbers: line on which each record begins (Int64, one per row); longest: most lines that one record runs over;
    count: lines of the block.
    """

    numbers: pl.Series
    longest: int
    count: int


def line_numbers(data: bytes, rows: int, marks: Marks, first_line: int) -> Lines:
    """Lines of a block that ends at a record end; newlines inside quoted fields push the following records down."""
    if marks.quotes.size > _MANY:
        return _from_positions(data, marks.quotes, first_line, rows)
    pushed: dict[int, int] = {}
    inside, longest = 0, 1
    for start, end in zip(marks.quotes[0::2].tolist(), marks.quotes[1::2].tolist(), strict=True):
        if extra := data.count(b"\n", start, end):
            record = marks.newlines_until(data, start) - inside
            if record + 1 < rows:
                pushed[record + 1] = pushed.get(record + 1, 0) + extra
            longest, inside = max(longest, extra + 1), inside + extra
    numbers = pl.int_range(first_line, first_line + rows, eager=True)
    if pushed:
        numbers += pl.zeros(rows, pl.Int64, eager=True).scatter(list(pushed), list(pushed.values())).cum_sum()
    return Lines(numbers, longest, rows + inside)


def _from_positions(data: bytes, quotes: np.ndarray, first_line: int, rows: int) -> Lines:
    newlines = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _NEWLINE)
    ends = np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
    starts = np.concatenate(([0], ends + 1)).astype(np.int64)
    longest = int(np.diff(starts).max(initial=1))
    return Lines(pl.Series(first_line + starts[:rows]), longest, rows + int(newlines.size - ends.size))
