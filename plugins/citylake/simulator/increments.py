"""Which rows of a book an increment carries: those begun or changed within the period, in their state at its end."""

from __future__ import annotations

import numpy as np

from citylake.simulator.drawing import NO_DAY, day
from citylake.simulator.hashed import Hashed
from citylake.simulator.schedule import Period


def last_day(period: Period, begun: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """The day of the last change known at the period's end; NO_DAY for rows that had not begun by then."""
    end = day(period.end)
    known = np.where(changed <= end, changed, NO_DAY)
    return np.where(begun <= end, np.maximum(known, begun), NO_DAY)


def touched(period: Period, begun: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Rows begun or changed within the period; a row that never began has a day far in the future."""
    return np.flatnonzero(last_day(period, begun, changed) >= day(period.begin))


def office_seconds(hashed: Hashed, name: str, days: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """A second between 08:00 and 17:59:59 of each row's day, in seconds since 1970: the same in any block."""
    return days.astype(np.int64) * 86400 + 8 * 3600 + hashed.below(name, rows, 36000)
