"""Which cells of a text column are taken as they stand: by a look at the column's bytes where that is enough.

A regular expression reads a cell byte by byte: for addresses one of the dearest steps of a large delivery. Most
columns hold nothing but ASCII and everyday hanzi, and that shows in their bytes, compared many at a time.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.staging.mojibake import BEGINNINGS, LOST
from citylake.staging.spelling import USUAL_TEXT

_MANY = 20_000
# Arrow keeps the text of longer cells together; shorter ones stand among the lengths.
_INLINE_BYTES = 12
# UTF-8 lead bytes of U+4000 to U+9FFF. No blank, dot, mark or character to be respelt has one of them.
_FIRST_LEAD, _LEADS = 0xE4, 6
_NEWLINE, _SPACE, _DELETE, _ANY_LEAD = 0x0A, 0x20, 0x7F, 0xC0
_PIECE = 64 * 1024


def is_usual(values: pl.Series) -> pl.Series:
    """String -> Boolean: nothing in the cell that would be respelt or refused, no blank at its ends; false for null."""
    is_long = values.str.len_bytes() > _INLINE_BYTES
    if values.len() < _MANY or (is_long.sum() or 0) * 2 < values.len() or not _is_everyday(values):
        return values.str.contains(USUAL_TEXT).fill_null(False)
    ends = [values.str.starts_with(blank) | values.str.ends_with(blank) for blank in (" ", "\n")]
    strange = values.str.contains(BEGINNINGS) | values.str.contains(LOST, literal=True)
    usual = (is_long & ~ends[0] & ~ends[1] & ~strange).fill_null(False)
    left = (~usual).arg_true()
    return usual.scatter(left, values.gather(left).str.contains(USUAL_TEXT).fill_null(False)) if left.len() else usual


def _is_everyday(values: pl.Series) -> bool:
    """Whether the longer cells hold printable ASCII, line breaks and everyday hanzi alone."""
    arrow = values.to_arrow(compat_level=pl.CompatLevel.newest())
    # The first two buffers are validity and lengths; text that no cell points to may lie in the others too.
    for buffer in arrow.buffers()[2:]:
        raw = np.frombuffer(buffer, dtype=np.uint8)
        for begin in range(0, raw.size, _PIECE):
            piece = raw[begin : begin + _PIECE]
            low = np.count_nonzero(piece < _SPACE) - np.count_nonzero(piece == _NEWLINE)
            # Below the first lead the difference wraps round to a large number.
            strange = (piece >= _ANY_LEAD) & (piece - np.uint8(_FIRST_LEAD) >= _LEADS)
            if low or np.count_nonzero(strange) or np.count_nonzero(piece == _DELETE):
                return False
    return True
