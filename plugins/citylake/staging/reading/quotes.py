"""Where records begin and end in delimited text: cuts outside quotes, and lines inside quoted fields."""

from __future__ import annotations

import re

import numpy as np

_SPAN = re.compile(rb'"[^"]*"')
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


def line_numbers(data: bytes, rows: int, first_line: int) -> np.ndarray:
    """Physical line on which each record of a block begins: int64, one per row.

    `data` ends at a record end. Lines inside quoted fields push the following records down.
    """
    numbers = np.arange(first_line, first_line + rows, dtype=np.int64)
    if data.count(b"\n") <= rows or b'"' not in data:
        return numbers
    if data.count(b'"') > _DENSE:
        return _from_positions(data, rows, first_line)
    position, newlines, inside = 0, 0, 0
    for span in _SPAN.finditer(data):
        start, end = span.span()
        if extra := data.count(b"\n", start, end):
            newlines += data.count(b"\n", position, start)
            numbers[newlines - inside + 1 :] += extra
            newlines += extra
            inside += extra
            position = end
    return numbers


def _from_positions(data: bytes, rows: int, first_line: int) -> np.ndarray:
    raw = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(raw == 0x0A)
    quotes = np.flatnonzero(raw == 0x22)
    ends = np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
    starts = np.concatenate(([0], ends + 1))[:rows]
    return first_line + starts.astype(np.int64)
