"""What stands where in a block of UTF-8 text: quotes, lines, bytes that no good text holds. One pass, no decoding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_DENSE = 20_000
_QUOTE, _NEWLINE, _SPACE = 0x22, 0x0A, 0x20
# Compared in pieces that stay in the processor's cache: newlines are looked up by the smaller ones.
_PIECE, _LARGE_PIECE = 64 * 1024, 512 * 1024
# Two bytes that occur in U+FFFD and in 锟斤拷 and hardly anywhere else, as little-endian numbers: EF BF and 96 A4.
_LOST = (0xBFEF, 0xA496)
LOST_TEXTS = ("\ufffd", "锟斤拷")


@dataclass(frozen=True)
class Marks:
    """Positions and counts of one block.

    quotes: offsets of all quotes, ascending (int64); newlines_before: newlines before each piece of the block, and at
    the end those of the block; low: bytes below the space; is_maybe_lost: bytes of a replacement character may be
    among the text.
    """

    quotes: np.ndarray
    newlines_before: list[int]
    low: int
    is_maybe_lost: bool

    @property
    def newlines(self) -> int:
        return self.newlines_before[-1]

    def newlines_until(self, data: bytes, at: int) -> int:
        """Newlines before an offset: looked up by pieces, counted within one."""
        piece = at // _PIECE
        return self.newlines_before[piece] + data.count(b"\n", piece * _PIECE, at)


def scan(data: bytes, quotes: np.ndarray | None = None) -> Marks:
    """Reads a block once; the positions of its quotes may be known already."""
    raw = np.frombuffer(data, dtype=np.uint8)
    newlines, low = [0], 0
    for begin in range(0, raw.size, _PIECE):
        piece = raw[begin : begin + _PIECE]
        newlines.append(newlines[-1] + int(np.count_nonzero(piece == _NEWLINE)))
        low += int(np.count_nonzero(piece < _SPACE))
    return Marks(positions(data) if quotes is None else quotes, newlines, low, _is_maybe_lost(raw))


def _is_maybe_lost(raw: np.ndarray) -> bool:
    """Pairs of bytes are compared as numbers, once from even and once from odd offsets."""
    for at in (0, 1):
        pairs = raw[at : at + (raw.size - at) // 2 * 2].view("<u2")
        for begin in range(0, pairs.size, _LARGE_PIECE // 2):
            piece = pairs[begin : begin + _LARGE_PIECE // 2]
            if any(np.count_nonzero(piece == lost) for lost in _LOST):
                return True
    return False


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
