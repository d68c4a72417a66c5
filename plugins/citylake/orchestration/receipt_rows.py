"""What the quarantine file of a delivery adds to its receipt: problems, rows to correct, lines that are no records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.contracts.reasons import reason_of
from citylake.reports.receipt import (
    NOT_RECORDS_SHOWN,
    PROBLEMS_SHOWN,
    ROWS_SHOWN,
    NotRecord,
    Problem,
    ProblemGroup,
    Receipt,
    RowToCorrect,
)

_CELL_LIMIT = 32_767  # of Excel
_RAW_SHOWN = 1_000


def with_rows(receipt: Receipt, path: Path, contract: Contract | None, headers: Mapping[str, str]) -> Receipt:
    """Adds what stands in the quarantine file: problems, rows to correct, lines that are no records."""
    lines = pl.scan_parquet(path).with_columns(pl.col("line_number").cast(pl.Int64))
    cells = lines.filter(pl.col("kind") != "not_record")
    rejected = cells.filter(pl.col("kind") == "row_rejected")
    aside = lines.filter(pl.col("kind") == "not_record")
    place = ["sheet_name", "line_number"]
    groups = (
        cells.group_by("reason_code", "column_name")
        .agg(pl.len().alias("count"), pl.col("sheet_name", "line_number").sort_by("line_number").first())
        .sort("count", "line_number", "reason_code", "column_name", descending=[True, False, False, False])
    )
    rows = (
        rejected.head(PROBLEMS_SHOWN)  # a row may break several rules
        .group_by(place, maintain_order=True)
        .agg("column_name", "reason_code", pl.col("raw_row").first())
        .head(ROWS_SHOWN)
    )
    # One by one: together they would hold the text of every rejected row in memory.
    problems, shown, found, counted, others = [
        query.collect()
        for query in (
            cells.head(PROBLEMS_SHOWN).select(*place, "column_name", "raw_value", "reason_code", "kind"),
            rows,
            groups,
            lines.select(
                (pl.col("kind") != "not_record").sum().alias("cells"),
                (pl.col("kind") == "not_record").sum().alias("aside"),
                pl.struct(place).filter(pl.col("kind") == "row_rejected").n_unique().alias("rows"),
            ),
            aside.head(NOT_RECORDS_SHOWN).select(*place, "raw_row", "reason_code"),
        )
    ]
    cell_count, aside_count, row_count = counted.row(0)
    return replace(
        receipt,
        groups=tuple(
            ProblemGroup(code, _named(column, headers), count, sheet, line)
            for code, column, count, sheet, line in found.iter_rows()
        ),
        problems=tuple(
            Problem(sheet, line, _named(column, headers), value, code, kind == "row_rejected")
            for sheet, line, column, value, code, kind in problems.iter_rows()
        ),
        problems_total=cell_count,
        rows_to_correct=tuple(_to_correct(shown, contract, headers)) if contract else (),
        rows_to_correct_total=row_count,
        not_records=tuple(NotRecord(*row) for row in others.iter_rows()),
        not_records_total=aside_count,
    )


def _named(column: str | None, headers: Mapping[str, str]) -> str | None:
    return headers.get(column, column) if column else None


def _to_correct(rows: pl.DataFrame, contract: Contract, headers: Mapping[str, str]) -> list[RowToCorrect]:
    positions = {name: at for at, name in enumerate(contract.columns)}
    return [
        _row_to_correct(sheet, line, columns, codes, raw_row, positions, headers)
        for sheet, line, columns, codes, raw_row in rows.iter_rows()
    ]


def _row_to_correct(
    sheet: str | None,
    line: int,
    columns: list[str | None],
    codes: list[str],
    raw_row: str | None,
    positions: Mapping[str, int],
    headers: Mapping[str, str],
) -> RowToCorrect:
    """A row that could not be split into columns comes back empty, with its text among the words."""
    cells = _cells(raw_row)
    says = [
        f"{_named(column, headers) or '整行'}: {reason_of(code).zh}"
        for column, code in zip(columns, codes, strict=True)
    ]
    if cells is None and raw_row:
        says.append(f"请对照原行逐格填写: {raw_row[:_RAW_SHOWN]}")
    values = tuple((cells or {}).get(name) for name in positions)
    if any(len(value or "") > _CELL_LIMIT for value in values):
        says.append("有一格超过表格软件的长度, 没有列全, 请从源系统重报该行")
    wrong = frozenset(positions[column] for column in columns if column and column in positions)
    return RowToCorrect(sheet, line, values, wrong, "\n".join(says))


def _cells(raw_row: str | None) -> dict[str, str | None] | None:
    """A quarantined row by contract column; None for one that could not be split."""
    if not raw_row or not raw_row.startswith("{"):
        return None
    try:
        found = json.loads(raw_row)
    except ValueError:
        return None
    return {name: None if value is None else str(value) for name, value in found.items()}
