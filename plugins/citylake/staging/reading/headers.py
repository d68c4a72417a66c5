"""Finding the header row and giving every column its contract name; drift of columns is judged here."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from datetime import date

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading.block import Reading

HEADER_SEARCH_ROWS = 15


def normal_header(text: str | None) -> str:
    """A header without its accidents: full width folded, blanks and line breaks out, no byte-order mark."""
    folded = unicodedata.normalize("NFKC", text or "").replace("\ufeff", "")
    return "".join(folded.split())


def spellings(contract: Contract, period_end: date | None = None) -> dict[str, str]:
    """Every header spelling that holds for a period, normalised -> column name."""
    return {
        normal_header(header.text): column.name
        for column in contract.columns.values()
        for header in column.headers
        if header.is_valid_on(period_end)
    }


def combine_header_rows(rows: Sequence[Sequence[str | None]]) -> list[str]:
    """One name a column out of merged header rows: the lowest cell that says something."""
    width = max(len(row) for row in rows)
    return [
        next((row[i] for row in reversed(rows) if i < len(row) and normal_header(row[i])), "") or ""
        for i in range(width)
    ]


def find_header(rows: Sequence[Sequence[str | None]], contract: Contract, file: str, sheet: str | None = None) -> int:
    """Index of the first header row among the first rows of a file; raises FileRefused when there is none.

    The header is the row (or the merged rows) in which most of the contract's columns are named; half must be.
    """
    known, depth = spellings(contract), contract.form.header_rows
    best, best_hits = 0, 0
    for index in range(min(HEADER_SEARCH_ROWS, len(rows) - depth + 1)):
        names = combine_header_rows(rows[index : index + depth])
        hits = len({known[name] for name in map(normal_header, names) if name in known})
        if hits > best_hits:
            best, best_hits = index, hits
    if best_hits * 2 < len(contract.columns):
        first = next((row for row in rows if any(map(normal_header, row))), [])
        raise FileRefused(
            "file.header_missing",
            f"前 {min(HEADER_SEARCH_ROWS, len(rows))} 行中没有表头; 应有列: {_expected(contract)}",
            action="补上表头行后重报; 表头以契约所列名称为准",
            file=file,
            sheet=sheet,
            line=1,
            value=",".join(str(cell) for cell in first[:5]),
        )
    return best


def _expected(contract: Contract) -> str:
    return "、".join(column.header for column in contract.columns.values())


def name_columns(
    names: Sequence[str], contract: Contract, reading: Reading, line: int, sheet: str | None = None
) -> list[str | None]:
    """The contract name of each column by position, None for columns the contract does not know.

    Raises FileRefused for a missing, doubled or (where columns are frozen) unknown column.
    """
    known = spellings(contract, reading.period_end)
    found = [known.get(normal_header(name)) for name in names]
    reading.headers = list(names)
    reading.unknown_headers = [
        name for name, column in zip(names, found, strict=True) if column is None and normal_header(name)
    ]

    def refuse(rule: str, message: str, action: str, column: str) -> FileRefused:
        return FileRefused(rule, message, action=action, file=reading.file_name, sheet=sheet, line=line, column=column)

    for column in contract.columns.values():
        positions = [i for i, name in enumerate(found) if name == column.name]
        if len(positions) > 1:
            raise refuse(
                "file.column_doubled",
                f"表头“{names[positions[1]]}”出现 {len(positions)} 次",
                "删去重复的列后重报",
                names[positions[1]],
            )
        if not positions and not column.optional:
            near = (
                difflib.get_close_matches(column.header, reading.unknown_headers, 1, 0.4) or reading.unknown_headers[:1]
            )
            hint = f"; 文件中有未知列“{near[0]}”, 是否改名?" if near else ""
            raise refuse(
                "file.column_missing",
                f"缺少列“{column.header}”({column.name}){hint}",
                "按契约的表头改回列名后重报; 确需改名的, 请先在契约 headers 中登记新写法",
                column.header,
            )
    if reading.unknown_headers and contract.drift.columns == "freeze":
        name = reading.unknown_headers[0]
        raise refuse("file.column_unknown", f"契约中没有列“{name}”", "删去该列, 或先在契约中登记", name)
    return found
