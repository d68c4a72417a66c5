"""What was measured: figures beside what is asked of them, and the planted faults kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Figure:
    """One share: `part` of `whole`. `asked` is what it must reach (at most, when `is_at_most`); None: only told."""

    chapter: str
    subject: str
    measure: str
    part: int
    whole: int
    asked: float | None = None
    is_at_most: bool = False
    note: str = ""

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def is_reached(self) -> bool | None:
        """None where nothing is asked, or there was nothing to measure."""
        if self.asked is None or self.value is None:
            return None
        return self.value <= self.asked if self.is_at_most else self.value >= self.asked


@dataclass(frozen=True)
class Rule:
    """One matching rule: records that it linked, and how many of them stand in an entity that is mostly another's."""

    entity_type: str
    match_rule: str
    records: int
    wrong: int


@dataclass(frozen=True)
class FaultKind:
    """One kind of planted fault.

    `planted` = `hidden` (in a file that another fault kept out) + `caught` (what had to happen did) + `missed`;
    `other_reason`: those of the caught whose reason code is another one.
    """

    kind: str
    expected: str
    reason: str
    planted: int
    hidden: int
    caught: int
    other_reason: int

    @property
    def missed(self) -> int:
        return self.planted - self.hidden - self.caught


@dataclass(frozen=True)
class Example:
    """Where one miss or false accusation stands, so that someone can look: never a value of the row."""

    what: str
    kind: str
    dataset_id: str
    file_name: str
    sheet_name: str | None
    line_number: int | None
    column_name: str | None
    reason_code: str | None


@dataclass(frozen=True)
class Accuracy:
    """How close a published version comes to the truth of the simulated city it was built from."""

    folder: str
    build_id: str
    business_date: date
    people: int
    seed: int
    faults: str
    figures: list[Figure]
    rules: list[Rule]
    kinds: list[FaultKind]
    examples: list[Example]

    @property
    def short(self) -> list[Figure]:
        """The figures that fall short of what is asked."""
        return [one for one in self.figures if one.is_reached is False]
