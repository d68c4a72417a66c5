"""The columns of one delimited file, and how its text is parsed by polars."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from citylake.staging.reading.block import Block, Reading

# A record that runs over more lines has lost a quote.
LINES_A_RECORD = 50


@dataclass(frozen=True)
class Layout:
    """Column names by position (None: left out) and the delimiter."""

    names: list[str | None]
    delimiter: str

    @property
    def schema(self) -> dict[str, type[pl.String]]:
        return {f"c{i}": pl.String for i in range(len(self.names))}

    def parsed(self, data: bytes, *, is_cut_to_width: bool = False) -> pl.DataFrame | None:
        """Columns c0, c1, … of text; None when polars refuses it.

        Fields that a row lacks come as empty ones, and with `is_cut_to_width` those beyond the last column are left
        out: whether a row is whole shows in its bytes alone.
        """
        try:
            return pl.read_csv(
                data,
                has_header=False,
                separator=self.delimiter,
                schema=self.schema,
                quote_char='"',
                empty_string_is_null=False,
                truncate_ragged_lines=is_cut_to_width,
            )
        except (pl.exceptions.PolarsError, UnicodeError):
            return None

    def renamed(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(pl.col(f"c{i}").alias(name) for i, name in enumerate(self.names) if name)

    def without_blank_rows(self, frame: pl.DataFrame, lines: pl.Series, reading: Reading) -> Block:
        """A block of the rows that say something; the others are set aside."""
        numbers = lines.alias("line_number")
        if not (frame.to_series(0).str.len_bytes() == 0).any():
            return Block(self.renamed(frame), numbers)
        is_blank = frame.select(pl.sum_horizontal(pl.all().str.len_bytes()) == 0).to_series()
        reading.set_aside_rows(None, numbers.filter(is_blank), "", "row.blank")
        return Block(self.renamed(frame.filter(~is_blank)), numbers.filter(~is_blank))
