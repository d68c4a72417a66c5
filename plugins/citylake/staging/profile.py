"""What a delivery looks like in figures: rows, share of empty cells by column, rows by group (a district, a street).

Counted while the file is read, so that a volume check never reads the rows again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

# A column with more values than this groups nothing; its rows are not counted by value.
MOST_GROUPS = 500


@dataclass
class Profile:
    """Counts over the accepted rows of one file, block by block. `group`: the column whose values are counted."""

    group: str | None = None
    rows: int = 0
    empty: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)

    def add(self, accepted: pl.DataFrame) -> None:
        """Counts one block of typed rows."""
        self.rows += accepted.height
        self.empty.update(accepted.null_count().row(0, named=True) if accepted.width else {})
        if self.group in accepted.columns:
            counted = accepted[self.group].cast(pl.String).drop_nulls().value_counts(name="rows")
            self.groups.update(dict(counted.iter_rows()))

    def figures(self, columns: list[str], rejects: Path | None) -> dict[str, Any]:
        """`{rows, null_share: {column: share}, groups: {value: rows}}` as the outcome keeps it.

        A row that was rejected because a column is empty counts as empty too: else a key that stops coming would look
        as full as ever.
        """
        missing = _missing_of_rejected(rejects)
        records = self.rows + missing.pop("", 0)
        return {
            "rows": self.rows,
            "null_share": {
                name: round((self.empty[name] + missing.get(name, 0)) / records, 4) if records else 0.0
                for name in columns
            },
            "groups": dict(sorted(self.groups.items())) if len(self.groups) <= MOST_GROUPS else {},
        }


def _missing_of_rejected(rejects: Path | None) -> dict[str, int]:
    """Column -> rejected rows without a value there; under '' all rejected rows."""
    if rejects is None:
        return {}
    rows = pl.scan_parquet(rejects).filter(pl.col("kind") == "row_rejected")
    place = ["sheet_name", "line_number"]
    total = rows.select(place).unique().select(pl.len()).collect().item()
    named = rows.filter(pl.col("reason_code") == "value.missing").group_by("column_name").len().collect()
    return {"": int(total), **dict(named.iter_rows())}
