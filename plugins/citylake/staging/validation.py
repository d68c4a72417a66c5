"""A block of text columns becomes accepted rows, rejected cells and lines that are no records, by its contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from citylake.contracts import Column, Contract
from citylake.contracts.model import DriftMode
from citylake.contracts.reasons import reason_of
from citylake.contracts.units import UNITS
from citylake.errors import FileRefused
from citylake.staging.identifiers import CHECKS_BY_PERIOD, VALUE_CHECKS
from citylake.staging.not_records import NotRecords
from citylake.staging.reading import Block, Reading
from citylake.staging.reading.block import NOT_RECORDS_SCHEMA
from citylake.staging.rejects import REJECTS_SCHEMA, Problem, constant, named, ragged_rows, rejected_rows
from citylake.staging.values import DTYPES, Parsed, parse

__all__ = ["REJECTS_SCHEMA", "Validated", "Validator"]


@dataclass(frozen=True)
class Validated:
    """What became of one block: typed rows, one line a broken rule, and lines that are no records.

    `accepted` has the contract's columns, sheet_name and line_number, and a column `extra` where a row brought
    something that the contract did not foresee and that it lets in (drift `evolve`): a JSON object beside the row.
    """

    accepted: pl.DataFrame
    rejects: pl.DataFrame
    not_records: pl.DataFrame
    rows_rejected: int


class Validator:
    """Applies one contract to the blocks of one file, in order (keys are compared across blocks)."""

    def __init__(self, contract: Contract, codes: dict[str, dict[str, str]], as_of: date, reading: Reading) -> None:
        self._contract = contract
        self._codes = codes
        self._as_of = as_of
        self._reading = reading
        self._not_records = NotRecords(contract)
        self._seen = pl.Series([], dtype=pl.UInt64)

    def validate(self, block: Block) -> Validated:
        """Types and checks a block. Rows = accepted + rejected + not records, always.

        Raises FileRefused at the first value that breaks the rules of a column whose drift is frozen, and for a header
        whose unit is of another quantity than the contract's.
        """
        typed, problems = self._typed(block)
        typed, broken = self._patterns(typed)
        problems += self._missing(typed, problems) + broken
        is_aside, aside = self._set_aside(block, typed, problems)
        if aside.height:
            problems = [problem.without(is_aside) for problem in problems]
        self._freeze(block, problems)
        if self._contract.delivery.mode == "full":
            problems += self._doubled(typed, problems, is_aside)
        rejected = rejected_rows(problems, typed.height)
        rejects = named(block, typed, self._contract.key, problems)
        rows_rejected = int(rejected.sum())
        if block.ragged is not None:
            ragged, marked = self._not_records.among_ragged(block.ragged)
            rows_rejected += ragged.height
            rejects = pl.concat([rejects, ragged_rows(ragged, block.sheet_name)])
            aside = pl.concat([aside, _lines_aside(marked, block.sheet_name)])
        accepted = self._accepted(block, typed, problems)
        if rejected.any() or is_aside.any():
            accepted = accepted.filter(~(rejected | is_aside))
        return Validated(
            accepted,
            rejects.sort("line_number", maintain_order=True),
            aside.sort("line_number", maintain_order=True),
            rows_rejected,
        )

    # -- typing ------------------------------------------------------------------------------------------------------

    def _typed(self, block: Block) -> tuple[pl.DataFrame, list[Problem]]:
        columns, problems = [], _unknown_columns(block, self._contract)
        for column in self._contract.columns.values():
            values, found = self._column(block, column)
            columns.append(values.alias(column.name))
            problems += found
        return pl.DataFrame(columns), problems

    def _column(self, block: Block, column: Column) -> tuple[pl.Series, list[Problem]]:
        """One column typed, and its cells that could not be; cells that do not take their row along are emptied."""
        frame, mode = block.frame, self._contract.drift_of(column)
        if column.name not in frame.columns:
            return pl.Series([None], dtype=DTYPES[column.type]).new_from_index(0, frame.height), []
        raw, problems = frame[column.name], []
        if block.bad_cells is not None and (bad := block.bad_cells.filter(column_name=column.name)).height:
            # The reader could not vouch for these cells, whatever their text looks like.
            raw = raw.scatter(bad["row"], None)
            problems.append(Problem(column.name, bad["row"], bad["reason_code"], mode))
        codes = self._codes[column.codes] if column.codes else None
        day = self._reading.period_end if column.check in CHECKS_BY_PERIOD else None
        parsed: Parsed = parse(
            raw, self._with_unit(column), codes, self._contract.missing, self._contract.is_workbook, day or self._as_of
        )
        values = parsed.values
        found = [(parsed.bad_rows, parsed.bad_reasons)]
        if check := VALUE_CHECKS.get(column.check or ""):
            why = values.to_frame("v").select(check(pl.col("v"))).to_series()
            rows = why.is_not_null().arg_true()
            found.append((rows, why.gather(rows)))
        for rows, reasons in found:
            if rows.len():
                problems.append(Problem(column.name, rows, reasons, mode))
                if mode != "quarantine_row":
                    values = values.scatter(rows, None)
        return values, problems

    def _with_unit(self, column: Column) -> Column:
        """The column with the unit that the file's header carries, which goes before the contract's."""
        unit = self._reading.units.get(column.name)
        if unit is None or unit == column.unit:
            return column
        if column.unit and UNITS[unit].quantity != UNITS[column.unit].quantity:
            raise FileRefused(
                "file.unit_mismatch",
                f"表头“{column.header}”的单位是“{unit}”, 契约的单位是“{column.unit}”, 不是同一种量",
                action="核对该列的内容, 按契约的单位重新导出后重报",
                file=self._reading.file_name,
                column=column.header,
                value=unit,
            )
        return column.model_copy(update={"unit": unit})

    # -- rules over typed values -------------------------------------------------------------------------------------

    def _missing(self, typed: pl.DataFrame, problems: list[Problem]) -> list[Problem]:
        """Required columns without a value; cells that have a reason already are not named twice."""
        found = []
        for column in self._contract.columns.values():
            if column.required and typed[column.name].null_count():
                rows = typed[column.name].is_null().arg_true()
                for problem in problems:
                    if problem.column == column.name:
                        rows = rows.filter(~rows.is_in(problem.rows.implode()))
                if rows.len():
                    mode = self._contract.drift_of(column)
                    found.append(Problem(column.name, rows, constant("value.missing", rows.len()), mode))
        return found

    def _patterns(self, typed: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
        """Values against the contract's patterns; cells that do not take their row along are emptied."""
        found = []
        for column in self._contract.columns.values():
            if column.pattern:
                values = typed[column.name]
                texts = values.cast(pl.String, strict=False)
                rows = (~texts.str.contains(f"^(?:{column.pattern})$")).fill_null(False).arg_true()
                if rows.len():
                    reason, mode = column.pattern_reason or "value.pattern", self._contract.drift_of(column)
                    found.append(Problem(column.name, rows, constant(reason, rows.len()), mode))
                    if mode != "quarantine_row":
                        typed = typed.with_columns(values.scatter(rows, None))
        return typed, found

    def _set_aside(self, block: Block, typed: pl.DataFrame, problems: list[Problem]) -> tuple[pl.Series, pl.DataFrame]:
        """Lines that are no records: which rows they are (Boolean), and how they are recorded (NOT_RECORDS_SCHEMA)."""
        is_aside = pl.Series([False]).new_from_index(0, typed.height)
        rows = self._not_records.suspects(block.frame, typed, problems)
        if rows.is_empty():
            return is_aside, pl.DataFrame(schema=NOT_RECORDS_SCHEMA)
        rows, found = self._not_records.find(block.frame, rows)
        found = found.with_columns(block.line_numbers.gather(rows).alias("line_number"))
        return is_aside.scatter(rows, True) if rows.len() else is_aside, _lines_aside(found, block.sheet_name)

    def _freeze(self, block: Block, problems: list[Problem]) -> None:
        """Refuses the file at the first cell that breaks the rules of a column whose drift is frozen."""
        frozen = [problem for problem in problems if problem.mode == "freeze" and problem.rows.len()]
        if not frozen:
            return
        first = min(frozen, key=lambda problem: int(problem.rows.item(problem.rows.arg_min())))
        at = first.rows.arg_min()
        row, reason = int(first.rows.item(at)), first.reasons.item(at)
        column = self._contract.columns[first.column]
        value = block.frame[first.column].item(row) if first.column in block.frame.columns else None
        raise FileRefused(
            "drift.type",
            f"列“{column.header}”的值不符合契约 ({reason_of(reason).zh}); 该列不允许任何偏离, 整批不收",
            action=reason_of(reason).action_zh + "后整批重报",
            file=self._reading.file_name,
            sheet=block.sheet_name,
            line=block.line_numbers.item(row),
            column=column.header,
            value=str(value or ""),
        )

    def _doubled(self, typed: pl.DataFrame, problems: list[Problem], is_aside: pl.Series) -> list[Problem]:
        """In a full delivery a key stands once: later rows with the same key are rejected, across blocks."""
        usable = ~(rejected_rows(problems, typed.height) | is_aside)
        hashes = typed.select(self._contract.key).hash_rows(seed=20)
        repeated = (~hashes.is_first_distinct() | hashes.is_in(self._seen.implode())) & usable
        self._seen = pl.concat([self._seen, hashes.filter(usable)])
        rows = repeated.arg_true()
        reasons = constant("key.duplicate", rows.len())
        return [Problem(self._contract.key[0], rows, reasons, "quarantine_row")] if rows.len() else []

    # -- what goes on ------------------------------------------------------------------------------------------------

    def _accepted(self, block: Block, typed: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
        """All rows with where they stood, and beside them what the contract lets in without knowing it."""
        origin = [constant(block.sheet_name, typed.height).alias("sheet_name"), block.line_numbers.alias("line_number")]
        accepted = typed.with_columns(origin)
        members = [] if block.extra is None else [block.extra]
        for problem in problems:
            if problem.mode == "evolve" and problem.rows.len():
                cells = block.frame.select(pl.col(problem.column).gather(problem.rows).cast(pl.String, strict=False))
                objects = cells.select(pl.struct(pl.all()).struct.json_encode()).to_series()
                members.append(constant(None, typed.height).scatter(problem.rows, objects))
        return accepted.with_columns(_one_object(members).alias("extra")) if members else accepted


def _one_object(objects: list[pl.Series]) -> pl.Series:
    """JSON objects of each row as one object; null where there is none."""
    members = pl.DataFrame({str(i): one.str.slice(1).str.strip_suffix("}") for i, one in enumerate(objects)})
    joined = members.select(pl.concat_str(pl.all(), separator=",", ignore_nulls=True).alias("all"))
    whole = pl.concat_str(pl.lit("{"), "all", pl.lit("}"))
    return joined.select(pl.when(pl.col("all") != "").then(whole)).to_series()


def _unknown_columns(block: Block, contract: Contract) -> list[Problem]:
    """Cells that the reader found in columns which the contract does not know and does not let in."""
    if block.bad_cells is None:
        return []
    mode: DriftMode = "discard_value" if contract.drift.columns == "discard_value" else "quarantine_row"
    unknown = block.bad_cells.filter(~pl.col("column_name").is_in(list(contract.columns)))
    return [
        Problem(str(name), cells["row"], cells["reason_code"], mode, cells["raw_value"])
        for (name,), cells in unknown.group_by("column_name", maintain_order=True)
    ]


def _lines_aside(found: pl.DataFrame, sheet: str | None) -> pl.DataFrame:
    return found.select(
        constant(sheet, found.height).alias("sheet_name"), "line_number", "raw_row", "reason_code"
    ).cast({"sheet_name": pl.String, "line_number": pl.Int64})
