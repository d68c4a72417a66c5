"""What readers hand on: blocks of rows, and what was learned of the file on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import polars as pl

NOT_RECORDS_SCHEMA = {
    "sheet_name": pl.String,
    "line_number": pl.Int64,
    "raw_row": pl.String,
    "reason_code": pl.String,
}
RAGGED_SCHEMA = {"line_number": pl.Int64, "raw_row": pl.String, "reason_code": pl.String}


class HeaderRecord(NamedTuple):
    """One header of a file: its position (from 1), its text, the column it became (None: unknown) and its sheet."""

    position: int
    header: str
    column: str | None
    sheet: str | None


@dataclass(frozen=True)
class Block:
    """Rows of one file: text columns under the contract's names, and the physical line of each row (from 1).

    `ragged` holds rows with too few or too many fields: line_number, raw_row, reason_code. `bad_cells` names cells that
    the form itself spoils (a code that became a number, a formula that failed) by their position in `frame`: row,
    column_name, raw_value, reason_code; a column that the contract does not know takes its row along. `extra` holds the
    values of unknown columns that the contract lets in, a JSON object a row or null.
    """

    frame: pl.DataFrame
    line_numbers: pl.Series
    sheet_name: str | None = None
    ragged: pl.DataFrame | None = None
    bad_cells: pl.DataFrame | None = None
    extra: pl.Series | None = None


@dataclass
class Reading:
    """Filled while a file is read: evidence of its encoding, its header, lines that are not records, the next line.

    `units` holds the unit that a header carries (column name -> 万元), where it carries one; `period_end` is the last
    day of the business period, by which header spellings hold or not. `lines_beyond_rows` is how many more lines
    (sheet rows) the file has than rows: a record that runs over several lines adds to it, records that share a line
    take from it. `delimiter` is the one under which the header was found. `member` names the file inside an archive
    that is being read.
    """

    file_name: str
    block_bytes: int = 32 * 1024 * 1024
    memory_megabytes: int = 2048
    period_end: date | None = None
    encoding: str | None = None
    evidence: str = ""
    headers: list[HeaderRecord] = field(default_factory=list)
    unknown_headers: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    line: int = 1
    lines_beyond_rows: int = 0
    delimiter: str = ","
    member: str | None = None
    _not_records: list[tuple[str | None, int, str, str]] = field(default_factory=list)
    _not_record_rows: list[pl.DataFrame] = field(default_factory=list)

    def place(self, sheet: str | None) -> str | None:
        """How rows name where they stand: the sheet, the member of an archive, or `member!sheet`."""
        return "!".join(part for part in (self.member, sheet) if part) or None

    def note(self, text: str) -> None:
        """Keeps one remark on the file; the same remark is kept once."""
        if text not in self.notes:
            self.notes.append(text)

    def set_aside(self, sheet: str | None, line: int, raw_row: str, reason_code: str) -> None:
        """Notes one line that is no record (a title, a header, a blank line)."""
        self._not_records.append((self.place(sheet), line, raw_row, reason_code))

    def set_aside_rows(self, sheet: str | None, lines: pl.Series, raw_rows: pl.Series | str, reason_code: str) -> None:
        """Notes many lines at once that are no records, for the same reason."""
        if lines.len():
            raw = raw_rows if isinstance(raw_rows, pl.Series) else pl.lit(raw_rows)
            self._not_record_rows.append(
                pl.DataFrame({"line_number": lines.cast(pl.Int64)}).select(
                    pl.lit(self.place(sheet), dtype=pl.String).alias("sheet_name"),
                    "line_number",
                    raw.alias("raw_row"),
                    pl.lit(reason_code).alias("reason_code"),
                )
            )

    @property
    def not_records(self) -> pl.DataFrame:
        single = pl.DataFrame(self._not_records, schema=NOT_RECORDS_SCHEMA, orient="row")
        return pl.concat([single, *self._not_record_rows])
