"""Physical lines of a text file, counted in its raw bytes: nothing is decoded, no quote is looked at.

LF, CR LF and CR alone each end a line; a last line without an end counts. The bytes 0x0A and 0x0D stand for nothing
else in UTF-8 and GB18030; UTF-16 is counted in units of two bytes.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np

from citylake.contracts import Contract
from citylake.staging.counting.second_count import SecondCount

_LF, _CR = 0x0A, 0x0D
_BUFFER_BYTES = 4 * 1024 * 1024
# Compared in pieces that stay in the processor's cache.
_PIECE = 64 * 1024
_UNITS = {"utf-16-le": ("<u2", codecs.BOM_UTF16_LE), "utf-16-be": (">u2", codecs.BOM_UTF16_BE)}


def count_lines(path: Path, contract: Contract, encoding: str | None) -> SecondCount:
    """Lines of a text file in `encoding` (as the reader names it), behind its byte-order mark."""
    unit, mark = _UNITS.get(encoding or "", ("u1", codecs.BOM_UTF8))
    number, last = 0, _LF
    with path.open("rb") as file:
        if file.read(len(mark)) != mark:
            file.seek(0)
        buffer = bytearray(_BUFFER_BYTES)
        every = np.frombuffer(buffer, dtype=unit)
        while size := file.readinto(buffer):
            units = every[: -(-size // every.itemsize)]
            number += _ends(units, last == _CR)
            last = int(units[-1])
    is_open = last not in (_LF, _CR)
    return SecondCount("lines", number + is_open, f"line ends in the bytes, in units of {np.dtype(unit).itemsize}")


def _ends(units: np.ndarray, is_behind_cr: bool) -> int:
    """Line ends among these units; an LF behind a CR belongs to it."""
    ends = 0
    for begin in range(0, units.size, _PIECE):
        piece = units[begin : begin + _PIECE]
        ends += int(np.count_nonzero(piece == _LF))
        returns = piece == _CR
        if is_behind_cr or returns.any():
            ends += int(np.count_nonzero(returns))
            ends -= int(np.count_nonzero(returns[:-1] & (piece[1:] == _LF))) + int(is_behind_cr and piece[0] == _LF)
        is_behind_cr = bool(piece[-1] == _CR)
    return ends
