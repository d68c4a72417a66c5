"""The list of planted faults: first by row of a table, in the end by file, sheet and line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

# The row comes back; the value is read all the same; nothing happens; the row counts once.
REJECTED, REPAIRED, ACCEPTED, DEDUPLICATED = "rejected", "repaired", "accepted", "deduplicated"
# The row stays without the value; it stays with a flag; somebody is asked; it finds its own; it stands alone.
LEFT_OUT, FLAGGED, REVIEW, SETTLED, UNLINKED = "left_out", "flagged", "review", "settled", "unlinked"


@dataclass
class Mark:
    """One kind of fault in one column of one table: the rows it was put into (None: all over the file)."""

    kind: str
    column: str | None
    rows: np.ndarray | None
    expected: str
    reason: str = ""

    def within(self, first: int, end: int) -> Mark:
        """The mark of the rows first..end - 1 alone, counted from `first`."""
        if self.rows is None:
            return self
        rows = self.rows[(self.rows >= first) & (self.rows < end)] - first
        return Mark(self.kind, self.column, rows, self.expected, self.reason)


@dataclass
class FaultList:
    """Collects what was planted as lines of JSON: what is the same for all faults of a mark is put into text once."""

    count: int = 0
    texts: list[str] = field(default_factory=list)

    def add_table(
        self, dataset: str, path: str, sheet: str | None, headers: dict[str, str], lines: np.ndarray, marks: list[Mark]
    ) -> None:
        """Marks of one written table, by the lines on which its records begin."""
        file = path.rsplit("/", 1)[-1]
        before = _json({"dataset_id": dataset, "path": path, "file": file, "sheet": sheet})[:-1] + ',"line":'
        for mark in marks:
            # A fault all over the file has no line, and counts as one.
            numbers = ["null"] if mark.rows is None else [str(one) for one in lines[mark.rows].tolist()]
            if numbers:
                facts = {"column": mark.column, "header": headers.get(mark.column or ""), "kind": mark.kind}
                facts |= {"expected": mark.expected, "reason": mark.reason}
                after = f",{_json(facts | {'rows': 1 if mark.rows is None else None})[1:]}\n"
                self.texts.append(before + (after + before).join(numbers) + after)
                self.count += len(numbers)

    def add_file(self, dataset: str, path: str, kind: str, expected: str, reason: str = "") -> None:
        """A fault of a whole delivery."""
        self.add_table(dataset, path, None, {}, np.empty(0, dtype=np.int64), [Mark(kind, None, None, expected, reason)])

    def take(self) -> list[str]:
        """The lines noted since they were last taken, in the order in which they were noted: a text a mark."""
        found, self.texts = self.texts, []
        return found


def _json(facts: Mapping[str, str | int | None]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
