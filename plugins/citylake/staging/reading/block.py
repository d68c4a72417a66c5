"""What readers hand on: blocks of rows, and what was learned of the file on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

NOT_RECORDS_SCHEMA = {
    "sheet_name": pl.String,
    "line_number": pl.Int64,
    "raw_row": pl.String,
    "reason_code": pl.String,
}
RAGGED_SCHEMA = {"line_number": pl.Int64, "raw_row": pl.String, "reason_code": pl.String}


@dataclass(frozen=True)
class Block:
    """Rows of one file: text columns under the contract's names, and the physical line of each row (from 1).

    `ragged` holds rows with too few or too many fields: line_number, raw_row, reason_code.
    """

    frame: pl.DataFrame
    line_numbers: pl.Series
    sheet_name: str | None = None
    ragged: pl.DataFrame | None = None


@dataclass
class Reading:
    """Filled while a file is read: evidence of its encoding, its header, lines that are not records, the next line.

    `units` holds the unit that a header carries (column name -> 万元), where it carries one; `period_end` is the last
    day of the business period, by which header spellings hold or not. `lines_beyond_rows` is how many more lines
    (sheet rows) the file has than rows: a record that runs over several lines adds to it, records that share a line
    take from it.
    """

    file_name: str
    block_bytes: int = 32 * 1024 * 1024
    memory_megabytes: int = 2048
    period_end: date | None = None
    encoding: str | None = None
    evidence: str = ""
    headers: list[str] = field(default_factory=list)
    unknown_headers: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    line: int = 1
    lines_beyond_rows: int = 0
    _not_records: list[tuple[str | None, int, str, str]] = field(default_factory=list)

    def set_aside(self, sheet: str | None, line: int, raw_row: str, reason_code: str) -> None:
        """Notes one line that is no record (a title, a header, a blank line)."""
        self._not_records.append((sheet, line, raw_row, reason_code))

    @property
    def not_records(self) -> pl.DataFrame:
        return pl.DataFrame(self._not_records, schema=NOT_RECORDS_SCHEMA, orient="row")
