"""The list of planted faults: first by row of a table, in the end by file, sheet and line."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

# The row comes back; the value is read all the same; nothing happens; the row counts once.
REJECTED, REPAIRED, ACCEPTED, DEDUPLICATED = "rejected", "repaired", "accepted", "deduplicated"
# The row stays without the value; it stays with a flag; somebody is asked; it stands alone.
LEFT_OUT, FLAGGED, REVIEW, UNLINKED = "left_out", "flagged", "review", "unlinked"
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

    parts: list[pl.DataFrame] = field(default_factory=list)

    def add_table(
        self, dataset: str, path: str, sheet: str | None, headers: dict[str, str], lines: np.ndarray, marks: list[Mark]
    ) -> None:
        """Marks of one written table, by the lines on which its records begin."""
        for mark in marks:
            if mark.rows is not None and len(mark.rows) == 0:
                continue
            count = 1 if mark.rows is None else len(mark.rows)
            self.parts.append(
                pl.DataFrame(
                    {
                        "line": pl.Series([None], dtype=pl.Int64)
                        if mark.rows is None
                        else pl.Series(lines[mark.rows], dtype=pl.Int64)
                    }
                )
                .with_columns(
                    pl.lit(dataset).alias("dataset_id"),
                    pl.lit(path).alias("path"),
                    pl.lit(path.rsplit("/", 1)[-1]).alias("file"),
                    pl.lit(sheet, dtype=pl.String).alias("sheet"),
                    pl.lit(mark.column, dtype=pl.String).alias("column"),
                    pl.lit(headers.get(mark.column or ""), dtype=pl.String).alias("header"),
                    pl.lit(mark.kind).alias("kind"),
                    pl.lit(mark.expected).alias("expected"),
                    pl.lit(mark.reason).alias("reason"),
                    pl.lit(None if mark.rows is not None else count, dtype=pl.Int64).alias("rows"),
                )
                .select(list(SCHEMA))
            )

    def add_file(self, dataset: str, path: str, kind: str, expected: str, reason: str = "") -> None:
        """A fault of a whole delivery."""
        self.add_table(dataset, path, None, {}, np.empty(0, dtype=np.int64), [Mark(kind, None, None, expected, reason)])

    def frame(self) -> pl.DataFrame:
        return pl.concat(self.parts) if self.parts else pl.DataFrame(schema=SCHEMA)
