"""What the name of a sample says: where the period stands, and how often such a file comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from citylake.contracts import Period
from citylake.errors import DateUnreadable

_PERIOD = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?:-?[Qq][1-4]|-?[0-9]{2}(?:-?[0-9]{2})?)?(?![0-9])")
_ENDINGS = re.compile(r"(\.[A-Za-z][A-Za-z0-9]{0,7}){1,2}$")
_COPY = re.compile(r"(?: ?[(（][0-9]{1,2}[)）]| - 副本)$")
_DAYS_OF_CYCLE = ((1, "daily"), (31, "monthly"), (92, "quarterly"), (366, "yearly"))


@dataclass(frozen=True)
class FileName:
    """`pattern` holds {period}; `title` is the name without period and ending; no period leaves the cycle open."""

    pattern: str
    title: str
    period: Period | None

    @classmethod
    def of(cls, name: str) -> FileName:
        """Reads a file name; marks that a browser or Excel added to a copy are left out."""
        ending = match[0] if (match := _ENDINGS.search(name)) else ""
        stem = _COPY.sub("", name.removesuffix(ending)).replace("{", "").replace("}", "")
        for found in reversed(list(_PERIOD.finditer(stem))):
            try:
                period = Period.parse(found[0])
            except DateUnreadable:
                continue
            before, after = stem[: found.start()], stem[found.end() :]
            title = (before + after).strip(" _-—.()（）")
            return cls(f"{before}{{period}}{after}{ending}", title or stem, period)
        return cls(f"{stem}_{{period}}{ending}", stem, None)

    @property
    def cycle(self) -> str | None:
        """The cycle that a period of this length suggests."""
        if self.period is None:
            return None
        days = (self.period.end - self.period.start).days + 1
        return next((cycle for most, cycle in _DAYS_OF_CYCLE if days <= most), None)

    @property
    def since(self) -> date | None:
        """First day of the sample's period."""
        return self.period.start if self.period else None
