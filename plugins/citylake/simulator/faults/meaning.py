"""Rows that break no rule of any column and yet say what is not so: another's number, a revoked code, another city.

What must happen to them is decided where things are matched: they are kept, flagged or asked about, and never change
the row of another thing. Chosen by the columns of a table, whatever the dataset.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.identifiers import resident_ids
from citylake.simulator.files.marks import FLAGGED, REVIEW, SETTLED, Mark
from citylake.simulator.files.table import Table

_SHARE = 0.0005
_IN_SMALL_FILES = 0.05
_AT_MOST = 20
_RESIDENT_ID = r"^\d{17}[\dX]$"
_USCC = r"^[0-9A-Z]{18}$"
ELSEWHERE = ("江苏省无锡市梁溪区人民中路139号", "江苏省镇江市丹阳市云阳街道东方路8号", "安徽省合肥市蜀山区长江西路66号")


def put(table: Table, rng: np.random.Generator) -> None:
    """At most a few rows of a block of each kind that its columns allow."""
    columns = set(table.cells.columns)
    links = {name for name in table.frame.columns if name.startswith("_")}
    if "_person" in links and {"resident_id", "person_name", "birth_date"} <= columns:
        _anothers_number(table, rng)
        _second_number(table, rng)
    if "_legal_entity" in links and {"uscc", "entity_name", "status"} <= columns:
        _revoked_code(table, rng)
    if "_certificate" in links and "_person" not in links:
        _holder_of_nobody(table, rng)
    if "_address" in links and "address" in columns:
        _other_city(table, rng)
    for one in table.layout.fields:
        if one.kind == "decimal" and "亿元" in one.header:
            _ten_thousand_times(table, one.name, rng)


def _some(table: Table, rng: np.random.Generator, among: pl.Series) -> np.ndarray:
    rows = np.flatnonzero(among.fill_null(False).to_numpy() & ~table.is_spoilt)
    if not len(rows):
        return rows
    count = min(_AT_MOST, int(rng.poisson(max(_IN_SMALL_FILES, len(rows) * _SHARE))), len(rows))
    return np.sort(rng.choice(rows, count, replace=False))


def _fits(table: Table, column: str, pattern: str) -> pl.Series:
    """Rows whose cell of a text column is written plainly."""
    cells = table.cells[column]
    if cells.dtype != pl.String:
        return pl.Series(np.zeros(len(cells), dtype=bool))
    return cells.str.contains(pattern)


def _once(table: Table, kind: str, columns: dict[str, pl.Series], rows: np.ndarray, expected: str) -> None:
    """Changes columns of the same rows, marked by the first of them; no other dirt comes upon these rows."""
    if len(rows):
        changed = [table.cells[name].clone().scatter(rows, values).alias(name) for name, values in columns.items()]
        table.cells = table.cells.with_columns(changed)
        table.marks.append(Mark(kind, next(iter(columns)), rows, expected))
        table.is_spoilt[rows] = True


def _anothers_number(table: Table, rng: np.random.Generator) -> None:
    """Two people under one number: a row bears the number of the row before it, which is another person's."""
    person = table.frame["_person"]
    rows = _some(table, rng, _fits(table, "resident_id", _RESIDENT_ID) & (person != person.shift(1)))
    rows = rows[rows > 0]
    _once(
        table, "two_persons_on_one_number", {"resident_id": table.cells["resident_id"].gather(rows - 1)}, rows, SETTLED
    )


def _second_number(table: Table, rng: np.random.Generator) -> None:
    """One person under two numbers: area, birth and sex are right, the sequence is one that nobody has."""
    rows = _some(table, rng, _fits(table, "resident_id", r"^\d{14}[0-2]\d\d[\dX]$"))
    first17 = table.cells["resident_id"].gather(rows).str.slice(0, 17).cast(pl.Int64).to_numpy() + 700
    second = resident_ids(first17 // 10**11, first17 // 1000 % 10**8, first17 % 1000)
    _once(table, "one_person_two_numbers", {"resident_id": second}, rows, SETTLED)


def _revoked_code(table: Table, rng: np.random.Generator) -> None:
    """An enterprise in business bears the code of one whose licence was revoked."""
    plain = _fits(table, "uscc", _USCC)
    status = table.frame["status"].cast(pl.String)
    gone = np.flatnonzero((plain & status.is_in(["revoked", "deregistered"])).fill_null(False).to_numpy())
    rows = _some(table, rng, plain & (status == "active"))
    if len(gone):
        codes = table.cells["uscc"].gather(rng.choice(gone, len(rows)))
        _once(table, "revoked_code_used_again", {"uscc": codes}, rows, REVIEW)


def _holder_of_nobody(table: Table, rng: np.random.Generator) -> None:
    """A certificate of a person whom no register knows: a valid number of a birth in 1899."""
    named = [one for one in ("person_name", "holder_name", "subject_name") if one in table.cells.columns]
    ids = [one.name for one in table.layout.fields if one.kind == "id"]
    if not named or not ids:
        return
    rows = _some(table, rng, _fits(table, ids[0], _RESIDENT_ID) & (table.frame["_certificate"] >= 0))
    nobody = np.full(len(rows), 1)
    number = resident_ids(nobody * 320402, nobody * 18990101, 901 + 2 * rng.integers(0, 40, len(rows)))
    name = pl.Series(["查无此"], dtype=pl.String).new_from_index(0, len(rows))
    _once(table, "holder_unknown", {ids[0]: number, named[0]: name}, rows, FLAGGED)


def _other_city(table: Table, rng: np.random.Generator) -> None:
    """An address that lies in another city: geocoding must name no street and no division of ours."""
    address = table.frame["_address"]
    rows = _some(table, rng, (address >= 0) & table.cells["address"].is_not_null())
    texts = pl.Series(ELSEWHERE).gather(rng.integers(0, len(ELSEWHERE), len(rows)))
    _once(table, "address_in_another_city", {"address": texts}, rows, FLAGGED)
    moved = address.clone().scatter(rows, -1)
    table.frame = table.frame.with_columns(moved.alias("_address"))


def _ten_thousand_times(table: Table, column: str, rng: np.random.Generator) -> None:
    """A figure in 万元 under a header in 亿元."""
    rows = _some(table, rng, _fits(table, column, r"^[1-9]\d*(\.\d+)?$"))
    larger = (table.cells[column].gather(rows).cast(pl.Float64) * 10_000).round(2).cast(pl.String)
    _once(table, "ten_thousand_times_the_unit", {column: larger}, rows, FLAGGED)
