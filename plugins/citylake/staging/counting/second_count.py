"""What a second count says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SecondCount:
    """How many lines, sheet rows or records a file holds, and how that was found (one sentence, for the record)."""

    unit: Literal["lines", "sheet_rows", "records"]
    number: int
    how: str

    def plus(self, other: SecondCount | None) -> SecondCount:
        """Together with another member of the same delivery."""
        return self if other is None else SecondCount(self.unit, self.number + other.number, self.how)
