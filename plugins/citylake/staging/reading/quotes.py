"""Where records begin and end in delimited text: cuts outside quotes, and lines inside quoted fields.

Everything here works on the positions of the quotes, which are looked up once a block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

_DENSE = 20_000
_QUOTE, _NEWLINE = 0x22, 0x0A
# Compared in pieces that stay in the processor's cache.
_PIECE = 64 * 1024


def positions(data: bytes) -> np.ndarray:
    """Offsets of all quotes, ascending (int64). Few are found one by one, which costs next to nothing; many at once."""
    found: list[int] = []
    at = data.find(b'"')
    while at >= 0:
        if len(found) == _DENSE:
            return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _QUOTE)
        found.append(at)
        at = data.find(b'"', at + 1)
    return np.array(found, dtype=np.int64)


def cut_at_record_end(data: bytes) -> int:
    """Length of the longest prefix that ends with a newline outside quotes; 0 when there is none.

    A newline is outside quotes when an even number of quotes stands before it (RFC 4180).
    """
    quotes = positions(data)
    cut = data.rfind(b"\n") + 1
    while cut and int(np.searchsorted(quotes, cut)) % 2:
        cut = data.rfind(b"\n", 0, cut - 1) + 1
    return cut


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


def line_numbers(data: bytes, rows: int, quotes: np.ndarray, first_line: int) -> Lines:
    """Lines of a block that ends at a record end; newlines inside quoted fields push the following records down."""
    if quotes.size > _DENSE:
        return _from_positions(data, quotes, first_line, rows)
    pushed: dict[int, int] = {}
    position, record, inside, longest = 0, 0, 0, 1
    for start, end in zip(quotes[0::2].tolist(), quotes[1::2].tolist(), strict=True):
        if extra := data.count(b"\n", start, end):
            record += _newlines(data, position, start)
            if record + 1 < rows:
                pushed[record + 1] = pushed.get(record + 1, 0) + extra
            longest, inside, position = max(longest, extra + 1), inside + extra, end
    numbers = pl.int_range(first_line, first_line + rows, eager=True)
    if pushed:
        numbers += pl.zeros(rows, pl.Int64, eager=True).scatter(list(pushed), list(pushed.values())).cum_sum()
    return Lines(numbers, longest, rows + inside)


def _newlines(data: bytes, start: int, end: int) -> int:
    raw = np.frombuffer(data, dtype=np.uint8, count=end - start, offset=start)
    pieces = range(0, raw.size, _PIECE)
    return sum(int(np.count_nonzero(raw[piece : piece + _PIECE] == _NEWLINE)) for piece in pieces)


def _from_positions(data: bytes, quotes: np.ndarray, first_line: int, rows: int) -> Lines:
    newlines = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _NEWLINE)
    ends = np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
    starts = np.concatenate(([0], ends + 1)).astype(np.int64)
    longest = int(np.diff(starts).max(initial=1))
    return Lines(pl.Series(first_line + starts[:rows]), longest, newlines.size)
