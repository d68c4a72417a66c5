"""A block of text columns becomes accepted rows and rejected cells, by the rules of its contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from citylake.contracts import Column, Contract
from citylake.staging.reading import Block
from citylake.staging.reading.block import NOT_RECORDS_SCHEMA
from citylake.staging.values import DTYPES, Parsed, parse

REJECTS_SCHEMA = {
    "sheet_name": pl.String,
    "line_number": pl.Int64,
    "column_name": pl.String,
    "raw_value": pl.String,
    "raw_row": pl.String,
    "reason_code": pl.String,
    "is_row_rejected": pl.Boolean,
}

_SEPARATOR = "|"


@dataclass(frozen=True)
class Validated:
    """What became of one block: typed rows, one line a broken rule, and lines that are no records."""

    accepted: pl.DataFrame
    rejects: pl.DataFrame
    not_records: pl.DataFrame
    rows_rejected: int


class Validator:
    """Applies one contract to the blocks of one file, in order (keys are compared across blocks)."""

    def __init__(self, contract: Contract, codes: dict[str, dict[str, str]], as_of: date) -> None:
        self._contract = contract
        self._codes = codes
        self._as_of = as_of
        self._not_records = "|".join(f"(?:{pattern})" for pattern in contract.not_records)
        self._seen = pl.Series([], dtype=pl.UInt64)

    def validate(self, block: Block) -> Validated:
        """Types and checks a block. Rows = accepted + rejected + not records, always."""
        frame, lines, aside = self._without_not_records(block)
        typed, problems = self._typed(frame)
        typed, broken = self._patterns(typed)
        problems += self._missing(typed, problems) + broken
        if self._contract.delivery.mode == "full":
            problems += self._doubled(typed, problems)
        rejected = _rejected_rows(problems, frame.height)
        rejects = pl.concat([_named(frame, lines, block.sheet_name, problems), _ragged(block)])
        rejects = rejects.sort("line_number", maintain_order=True)
        ragged_rows = block.ragged.height if block.ragged is not None else 0
        keep = ~rejected
        accepted = typed.with_columns(
            pl.lit(block.sheet_name, dtype=pl.String).alias("sheet_name"), lines.alias("line_number")
        )
        if rejected.any():
            accepted = accepted.filter(keep)
        return Validated(accepted, rejects, aside, int(rejected.sum()) + ragged_rows)

    def _without_not_records(self, block: Block) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
        """Totals, signatures and notes are lines, not records: they match a rule and lack what a record must have."""
        frame, lines = block.frame, block.line_numbers
        nothing = pl.DataFrame(schema=NOT_RECORDS_SCHEMA)
        if not self._not_records or not frame.height or frame.dtypes[0] != pl.String:
            return frame, lines, nothing
        candidates = frame.to_series(0).str.contains(self._not_records).fill_null(False)
        if not candidates.any():
            return frame, lines, nothing
        required = [column.name for column in self._contract.columns.values() if column.required]
        text = pl.col(required).cast(pl.String, strict=False).str.strip_chars().fill_null("")
        is_aside = candidates & frame.select(pl.any_horizontal(text == "")).to_series()
        rows = frame.filter(is_aside).select(pl.all().cast(pl.String, strict=False).fill_null(""))
        aside = pl.DataFrame(
            {
                "sheet_name": pl.Series([block.sheet_name], dtype=pl.String).new_from_index(0, rows.height),
                "line_number": lines.filter(is_aside),
                "raw_row": rows.select(pl.concat_str(pl.all(), separator=_SEPARATOR)).to_series(),
                "reason_code": rows.select(_footer_reason(pl.nth(0))).to_series(),
            },
            schema=NOT_RECORDS_SCHEMA,
        )
        return frame.filter(~is_aside), lines.filter(~is_aside), aside

    def _typed(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[_Problem]]:
        columns, problems = [], []
        is_workbook = self._contract.is_workbook
        for column in self._contract.columns.values():
            if column.name not in frame.columns:
                columns.append(
                    pl.Series(column.name, [None], dtype=DTYPES[column.type]).new_from_index(0, frame.height)
                )
                continue
            codes = self._codes[column.codes] if column.codes else None
            parsed: Parsed = parse(frame[column.name], column, codes, self._contract.missing, is_workbook, self._as_of)
            columns.append(parsed.values.alias(column.name))
            if parsed.bad_rows.len():
                problems.append(_Problem(column.name, parsed.bad_rows, parsed.bad_reasons, self._rejects(column)))
        return pl.DataFrame(columns), problems

    def _rejects(self, column: Column) -> bool:
        """Whether a value that breaks the column's rules takes its row with it."""
        return self._contract.drift_of(column) == "quarantine_row"

    def _missing(self, typed: pl.DataFrame, problems: list[_Problem]) -> list[_Problem]:
        """Required columns without a value; cells that have a reason already are not named twice."""
        found = []
        named = {problem.column: problem.rows for problem in problems}
        for column in self._contract.columns.values():
            if column.required and typed[column.name].null_count():
                rows = typed[column.name].is_null().arg_true()
                if column.name in named:
                    rows = rows.filter(~rows.is_in(named[column.name].implode()))
                if rows.len():
                    found.append(_Problem(column.name, rows, _constant("value.missing", rows.len()), True))
        return found

    def _patterns(self, typed: pl.DataFrame) -> tuple[pl.DataFrame, list[_Problem]]:
        """Values against the contract's patterns; where they are only set aside, the cell is emptied."""
        found = []
        for column in self._contract.columns.values():
            if column.pattern:
                values = typed[column.name]
                rows = (~values.str.contains(f"^(?:{column.pattern})$")).fill_null(False).arg_true()
                if rows.len():
                    reason = column.pattern_reason or "value.pattern"
                    found.append(_Problem(column.name, rows, _constant(reason, rows.len()), self._rejects(column)))
                    if not self._rejects(column):
                        typed = typed.with_columns(values.scatter(rows, None))
        return typed, found

    def _doubled(self, typed: pl.DataFrame, problems: list[_Problem]) -> list[_Problem]:
        """In a full delivery a key stands once: later rows with the same key are rejected, across blocks."""
        usable = ~_rejected_rows(problems, typed.height)
        hashes = typed.select(self._contract.key).hash_rows(seed=20)
        repeated = (~hashes.is_first_distinct() | hashes.is_in(self._seen.implode())) & usable
        self._seen = pl.concat([self._seen, hashes.filter(usable)])
        rows = repeated.arg_true()
        return (
            [_Problem(self._contract.key[0], rows, _constant("key.duplicate", rows.len()), True)] if rows.len() else []
        )


@dataclass(frozen=True)
class _Problem:
    column: str
    rows: pl.Series
    reasons: pl.Series
    rejects_row: bool


def _named(frame: pl.DataFrame, lines: pl.Series, sheet: str | None, problems: list[_Problem]) -> pl.DataFrame:
    """One row a problem and cell, with the row as delivered; rows are fetched at once, since each fetch is dear."""
    if not problems:
        return pl.DataFrame(schema=REJECTS_SCHEMA)
    rows = pl.concat([problem.rows for problem in problems])
    texts = frame[rows].select(pl.all().cast(pl.String, strict=False).fill_null(""))
    named, begin = [], 0
    for problem in problems:
        size = problem.rows.len()
        raw = texts[problem.column].slice(begin, size) if problem.column in texts.columns else _constant("", size)
        named.append(
            pl.DataFrame({"column_name": _constant(problem.column, size), "raw_value": raw}).with_columns(
                problem.reasons.alias("reason_code"), pl.lit(problem.rejects_row).alias("is_row_rejected")
            )
        )
        begin += size
    return pl.concat(named).select(
        pl.lit(sheet, dtype=pl.String).alias("sheet_name"),
        lines.gather(rows).alias("line_number"),
        "column_name",
        "raw_value",
        texts.select(pl.concat_str(pl.all(), separator=_SEPARATOR)).to_series().alias("raw_row"),
        "reason_code",
        "is_row_rejected",
    )


def _rejected_rows(problems: list[_Problem], height: int) -> pl.Series:
    mask = pl.Series([False]).new_from_index(0, height)
    for problem in problems:
        if problem.rejects_row:
            mask = mask.scatter(problem.rows, True)
    return mask


def _constant(text: str, length: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, length)


def _footer_reason(first: pl.Expr) -> pl.Expr:
    return (
        pl.when(first.str.contains(r"^\s*(合计|总计|小计|共计)"))
        .then(pl.lit("row.total"))
        .when(first.str.contains(r"^\s*(注|说明|\*|其中)"))
        .then(pl.lit("row.note"))
        .otherwise(pl.lit("row.footer"))
    )


def _ragged(block: Block) -> pl.DataFrame:
    if block.ragged is None:
        return pl.DataFrame(schema=REJECTS_SCHEMA)
    return block.ragged.select(
        pl.lit(block.sheet_name, dtype=pl.String).alias("sheet_name"),
        "line_number",
        pl.lit(None, dtype=pl.String).alias("column_name"),
        pl.lit(None, dtype=pl.String).alias("raw_value"),
        "raw_row",
        "reason_code",
        pl.lit(True).alias("is_row_rejected"),
    )
