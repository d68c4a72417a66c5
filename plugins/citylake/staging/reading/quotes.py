"""Where records begin and end in delimited text: cuts outside quotes, and lines inside quoted fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_DENSE = 20_000


def cut_at_record_end(data: bytes) -> int:
    """Length of the longest prefix that ends with a newline outside quotes; 0 when there is none.

    A newline is outside quotes when an even number of quotes stands before it (RFC 4180).
    """
    quotes_total = data.count(b'"')
    cut = data.rfind(b"\n") + 1
    behind = data.count(b'"', cut)
    while cut and (quotes_total - behind) % 2:
        start = data.rfind(b"\n", 0, cut - 1) + 1
        behind += data.count(b'"', start, cut)
        cut = start
    return cut


@dataclass(frozen=True)
class Lines:
    """Physical lines of a block of records.

    numbers: line on which each record begins (int64, one per row); longest: most lines that one record runs over;
    count: lines of the block.
    """

    numbers: np.ndarray
    longest: int
    count: int


def line_numbers(data: bytes, rows: int, quote_count: int, first_line: int) -> Lines:
    """Lines of a block that ends at a record end; newlines inside quoted fields push the following records down."""
    numbers = np.arange(first_line, first_line + rows, dtype=np.int64)
    if not quote_count:
        return Lines(numbers, 1, rows)
    if quote_count > _DENSE:
        return _from_positions(data, rows, first_line)
    pushed = np.zeros(rows + 1, dtype=np.int64)
    position, record, inside, longest = 0, 0, 0, 1
    start = data.find(b'"')
    while start >= 0:
        end = data.find(b'"', start + 1)
        if extra := data.count(b"\n", start, end):
            record += data.count(b"\n", position, start)
            pushed[min(record + 1, rows)] += extra
            longest, inside, position = max(longest, extra + 1), inside + extra, end
        start = data.find(b'"', end + 1) if end >= 0 else -1
    return Lines(numbers + np.cumsum(pushed[:rows]), longest, rows + inside)


def _from_positions(data: bytes, rows: int, first_line: int) -> Lines:
    raw = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(raw == 0x0A)
    quotes = np.flatnonzero(raw == 0x22)
    ends = np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
    starts = np.concatenate(([0], ends + 1)).astype(np.int64)
    longest = int(np.diff(starts).max(initial=1))
    return Lines(first_line + starts[:rows], longest, newlines.size)
