"""Single cells that break the rule of their column, chosen by the kind of the column, whatever the dataset.

A cell of a loose column is left out and its row stays; any other costs the row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.simulator.faults.spoils import wrong_check
from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.marks import LEFT_OUT, REJECTED
from citylake.simulator.files.table import Change, Table, same

# A row or two of a file must not bring it over the share at which all of it is held.
_LEAST_ROWS = 80
_SHARE_OF_FILES = 0.15
_DIGITS = r"^\d+(\.\d+)?$"


@dataclass(frozen=True)
class CellFault:
    """What a clerk or a spreadsheet made of a cell. `number`: row of the catalogue; `given`: what stands in it."""

    number: str
    kind: str
    befalls: Callable[[Field], bool]
    change: Change
    reason: str
    given: str = "."
    forms: tuple[str, ...] = ("csv", "xlsx", "xls", "json", "jsonl")


def _is(*kinds: str) -> Callable[[Field], bool]:
    return lambda one: one.kind in kinds


def _is_resident_id(one: Field) -> bool:
    """A legal representative's number may be that of any document."""
    return one.kind == "id" and one.name.endswith("resident_id")


def _is_plain_text(one: Field) -> bool:
    return one.kind == "text" and one.name.endswith(("_text", "_name", "address", "remark"))


def _is_division(one: Field) -> bool:
    return one.kind == "code" and one.name.endswith("division_code") and not one.name.startswith("industry")


CELL_FAULTS = (
    CellFault(
        "12", "control_character", _is_plain_text, lambda v: v + "\x07", "value.control_character", forms=("csv",)
    ),
    CellFault("16", "private_character", _is_plain_text, lambda v: v + "\ue000", "value.private_character"),
    # In text a destroyed word near the top refuses the whole file.
    CellFault("15", "misread_cell", _is_plain_text, same("甯稿窞甯傛杩涘尯"), "value.mojibake", forms=("xlsx", "xls")),
    CellFault("21", "number_in_scientific_form", _is("id", "uscc"), same("3.20402E+17"), "code.became_number"),
    CellFault("54", "wrong_check_character", _is_resident_id, wrong_check, "resident_id.checksum", r"^\d{17}[\dX]$"),
    CellFault("55", "number_in_words", _is("int"), same("若干"), "value.not_integer"),
    CellFault("55", "number_with_unit", _is("int"), lambda v: v + "个", "value.has_unit", _DIGITS),
    CellFault("55", "approximate_number", _is("decimal"), lambda v: "约" + v, "value.approximate", _DIGITS),
    CellFault("55", "number_with_magnitude", _is("decimal"), lambda v: v + "万", "value.magnitude", _DIGITS),
    CellFault("23", "impossible_date", _is("date"), same("2025-02-30"), "value.not_date"),
    CellFault("23", "impossible_moment", _is("timestamp"), same("2025-02-30 10:00:00"), "value.not_timestamp"),
    CellFault("23", "impossible_month", _is("month"), same("2025-13"), "value.not_month"),
    CellFault("55", "neither_yes_nor_no", _is("bool"), same("大概"), "value.not_boolean"),
    CellFault("55", "unknown_code", lambda one: one.kind.startswith("list:"), same("待核实(新)"), "code.unknown"),
    CellFault("56", "unknown_division", _is_division, same("320499"), "division.unknown"),
)


def put(table: Table, rng: np.random.Generator) -> None:
    """Some of the faults that can befall a block, each in one cell; none in a block that one row would hold up."""
    if table.cells.height < _LEAST_ROWS:
        return
    for fault in CELL_FAULTS:
        columns = _columns(fault, table.layout, table.cells)
        if columns and rng.random() < _SHARE_OF_FILES:
            column = columns[rng.integers(len(columns))]
            given = table.cells[column].str.contains(fault.given).fill_null(False).to_numpy()
            rows = np.flatnonzero(given & ~table.is_spoilt)
            if len(rows):
                expected = LEFT_OUT if column in table.layout.loose else REJECTED
                table.put(fault.kind, column, rows[[rng.integers(len(rows))]], fault.change, expected, fault.reason)


def _columns(fault: CellFault, layout: Layout, cells: pl.DataFrame) -> list[str]:
    """The columns that it can befall; typed ones (Parquet) cannot hold what is no value of theirs."""
    if layout.form not in fault.forms:
        return []
    return [one.name for one in layout.fields if fault.befalls(one) and cells.schema[one.name] == pl.String]
