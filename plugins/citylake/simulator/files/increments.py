"""Which rows of a book an increment carries: those begun or changed within the period, in their state at its end."""

from __future__ import annotations

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, day
from citylake.simulator.basics.hashed import Hashed
from citylake.simulator.basics.schedule import Period

# Books of many millions of rows are looked through in pieces, so that little more than the found rows is in memory.
PIECE = 1_000_000


def last_day(period: Period, begun: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """The day of the last change known at the period's end; NO_DAY for rows that had not begun by then."""
    end = day(period.end)
    known = np.where(changed <= end, changed, NO_DAY)
    return np.where(begun <= end, np.maximum(known, begun), NO_DAY)


def touched(period: Period, begun: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Rows begun or changed within the period; a row that never began has a day far in the future."""
    pieces = [
        start + np.flatnonzero(last_day(period, begun[here], changed[here]) >= day(period.begin))
        for start in range(0, len(begun), PIECE)
        for here in [slice(start, start + PIECE)]
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *pieces])


def office_seconds(hashed: Hashed, name: str, days: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """A second between 08:00 and 17:59:59 of each row's day, in seconds since 1970: the same in any block."""
    return days.astype(np.int64) * 86400 + 8 * 3600 + hashed.below(name, rows, 36000)
