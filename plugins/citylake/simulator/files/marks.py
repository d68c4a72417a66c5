"""The list of planted faults: first by row of a table, in the end by file, sheet and line."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

# The row comes back; the value is read all the same; nothing happens; the row counts once.
REJECTED, REPAIRED, ACCEPTED, DEDUPLICATED = "rejected", "repaired", "accepted", "deduplicated"
# The row stays without the value; it stays with a flag; somebody is asked; it finds its own; it stands alone.
LEFT_OUT, FLAGGED, REVIEW, SETTLED, UNLINKED = "left_out", "flagged", "review", "settled", "unlinked"
SCHEMA = {
    "dataset_id": pl.String,
    "path": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "line": pl.Int64,
    "column": pl.String,
    "header": pl.String,
    "kind": pl.String,
    "expected": pl.String,
    "reason": pl.String,
    "rows": pl.Int64,
}


NO_LINE = np.array([-1])


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
    """Collects what was planted, as one frame in the end."""

    places: list[np.ndarray] = field(default_factory=list)
    facts: list[tuple[str | int | None, ...]] = field(default_factory=list)

    def add_table(
        self, dataset: str, path: str, sheet: str | None, headers: dict[str, str], lines: np.ndarray, marks: list[Mark]
    ) -> None:
        """Marks of one written table, by the lines on which its records begin."""
        file = path.rsplit("/", 1)[-1]
        for mark in marks:
            if mark.rows is None or len(mark.rows):
                # A fault all over the file has no line, and counts as one.
                self.places.append(NO_LINE if mark.rows is None else lines[mark.rows])
                header = headers.get(mark.column or "")
                whole = 1 if mark.rows is None else None
                self.facts.append(
                    (dataset, path, file, sheet, mark.column, header, mark.kind, mark.expected, mark.reason, whole)
                )

    def add_file(self, dataset: str, path: str, kind: str, expected: str, reason: str = "") -> None:
        """A fault of a whole delivery."""
        self.add_table(dataset, path, None, {}, np.empty(0, dtype=np.int64), [Mark(kind, None, None, expected, reason)])

    def frame(self) -> pl.DataFrame:
        """One row a fault, in the order in which they were noted."""
        if not self.places:
            return pl.DataFrame(schema=SCHEMA)
        schema = {name: kind for name, kind in SCHEMA.items() if name != "line"}
        facts = pl.DataFrame(self.facts, schema=schema, orient="row")
        each = np.repeat(np.arange(len(self.places)), [len(one) for one in self.places])
        line = pl.Series("line", np.concatenate(self.places), dtype=pl.Int64)
        return facts[each].with_columns(line.replace(NO_LINE[0], None)).select(list(SCHEMA))

    def clear(self) -> None:
        self.places.clear()
        self.facts.clear()
