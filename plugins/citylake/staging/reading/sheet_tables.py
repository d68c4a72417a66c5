"""Where the tables of a sheet stand: title rows, header rows, tables side by side."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import headers
from citylake.staging.reading.block import Reading
from citylake.staging.reading.matching import HeaderMatcher


@dataclass(frozen=True)
class Table:
    """One table of a sheet: all of its columns, and the names of those that are wanted (c3 -> person_name)."""

    columns: list[str]
    names: dict[str, str]


@dataclass(frozen=True)
class Layout:
    """Tables of a sheet; their first row is the one at `below` (from 0). `blank_above`: blank rows before that."""

    tables: list[Table]
    below: int
    blank_above: pl.Series

    def number_columns(self, contract: Contract) -> list[int]:
        """Positions of columns in which a number is no value: codes, but for the contract's own code lists."""
        return [
            int(column[1:])
            for table in self.tables
            for column, name in table.names.items()
            if name in contract.columns
            and contract.columns[name].type == "code"
            and contract.columns[name].codes is None
            and "number_cells" not in contract.columns[name].reads
        ]

    def date_columns(self, contract: Contract) -> list[str]:
        """Columns of days."""
        return [
            column
            for table in self.tables
            for column, name in table.names.items()
            if name in contract.columns and contract.columns[name].type == "date"
        ]


def find_layout(frame: pl.DataFrame, contract: Contract, reading: Reading, sheet: str) -> Layout:
    """Finds the header of a sheet and names its columns; raises FileRefused when they are not the contract's."""
    depth, count = contract.form.header_rows, contract.form.side_by_side
    top = frame.head(headers.HEADER_SEARCH_ROWS + depth).rows()
    start = headers.find_header(top, contract, reading.file_name, reading.place(sheet))
    below = start + depth
    blank: list[int] = []
    for index, row in enumerate(top[:below]):
        text = ",".join(cell or "" for cell in row).strip(",")
        reason = "row.header" if index >= start else "row.title" if text.strip() else "row.blank"
        blank += [index] if not text.strip() else []
        reading.set_aside(sheet, index + 1, text, reason)
    names = headers.combine_header_rows(top[start:below])
    spans = [range(len(names))] if count == 1 else _side_by_side(names, contract)
    if len(spans) != count:
        raise FileRefused(
            "file.header_missing",
            f"应有 {count} 张并排的表, 表头只说明 {len(spans)} 张",
            action="按契约的版式排列后重报",
            file=reading.file_name,
            sheet=reading.place(sheet),
            line=start + 1,
        )
    tables = []
    for span in spans:
        found = headers.name_columns([names[i] for i in span], contract, reading, start + 1, sheet)
        wanted = {f"c{i}": name for i, name in zip(span, found, strict=True) if name}
        tables.append(Table([f"c{i}" for i in span], wanted))
    return Layout(tables, below, pl.Series(blank, dtype=pl.UInt32))


def _side_by_side(names: list[str], contract: Contract) -> list[range]:
    """Spans of the tables of a sheet: a table begins where a column is named that the one before has already."""
    matcher, starts, seen = HeaderMatcher(contract), [0], set[str]()
    for index, name in enumerate(names):
        column = matcher.match(name).column
        if column is not None and column.name in seen:
            starts.append(index)
            seen = set()
        if column is not None:
            seen.add(column.name)
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(names)], strict=True)]
