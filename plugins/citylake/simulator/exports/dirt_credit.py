"""What goes wrong in the credit books, beyond what every column of a kind gets."""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

from citylake.simulator.exports.dirt_entities import emptied, hyphens, names_by_sight, scaled_up
from citylake.simulator.faults.spoils import LEAST_ROWS_TO_SPOIL
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REJECTED, REPAIRED, UNLINKED
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World

MARKS_OF_NONE = ("/", "无", "-")


def no_code(table: Table, rng: np.random.Generator) -> None:
    """`/`, 无 and - where a template asks for a number that the subject does not have."""
    for column in ("registration_no", "organisation_code", "resident_id"):
        empty = table.cells[column].is_null() | (table.cells[column] == "")
        for mark in MARKS_OF_NONE:
            table.put("mark_for_none", column, table.some(rng, 0.2, empty), same(mark), REPAIRED)


def shared_names(table: Table, world: World, rng: np.random.Generator) -> None:
    """Records without any number on a name that several firms bear: no one can say whose they are."""
    entities = world.enterprises
    entity = table.frame["_legal_entity"].to_numpy()
    key = entities.name_key[np.maximum(entity, 0)]
    bearers = np.bincount(entities.name_key[: entities.firms], minlength=entities.count)
    shared = (entity >= 0) & (entity < entities.firms) & (bearers[key] >= 3)
    rows = table.some(rng, 0.7, pl.Series(shared))
    if len(rows) == 0:
        return
    for column in ("uscc", "registration_no", "organisation_code", "taxpayer_no", "legal_representative_name"):
        if column in table.cells.columns:
            table.cells = table.cells.with_columns(_emptied(table.cells[column], rows))
    table.put("name_shared_by_several", "subject_name", rows, lambda v: v, UNLINKED)
    table.frame = table.frame.with_columns(
        table.frame[column].clone().scatter(rows, -1) for column in ("_legal_entity", "_credit_subject")
    )


def _emptied(column: pl.Series, rows: np.ndarray) -> pl.Series:
    return column.clone().scatter(rows, None)


def brackets(table: Table, rng: np.random.Generator, column: str) -> None:
    """Years in document numbers between other brackets than 〔〕."""
    number = table.cells[column]
    for left, right in (("[", "]"), ("(", ")"), ("（", "）")):
        rows = table.some(rng, 0.12, number.str.contains("〔", literal=True))
        table.put("other_brackets", column, rows, partial(_bracketed, left=left, right=right), ACCEPTED)
        number = table.cells[column]


def _bracketed(values: pl.Series, left: str, right: str) -> pl.Series:
    return values.str.replace("〔", left, literal=True).str.replace("〕", right, literal=True)


def soil_licences(table: Table, world: World, rng: np.random.Generator) -> None:
    shared_names(table, world, rng)
    brackets(table, rng, "decision_no")
    hyphens(table, rng, "organisation_code", 0.3)
    no_code(table, rng)
    far = table.some(rng, 0.2, table.frame["valid_to_date"].is_null())
    table.put("open_end_in_words", "valid_to_date", far, same("2099-12-31"), ACCEPTED)


def soil_penalties(table: Table, world: World, rng: np.random.Generator) -> None:
    """Fines in 元 under a header in 万元, line breaks and quotation marks in the facts."""
    shared_names(table, world, rng)
    hyphens(table, rng, "organisation_code", 0.3)
    no_code(table, rng)
    scaled_up(table, rng, "fine_amount_cny", 0.02, 10_000.0, "fine_in_yuan")
    broken = table.some(rng, 0.03)
    table.put("line_break_in_quotes", "violation_text", broken, lambda v: v + ',\n“当场”"查获"', ACCEPTED)


def soil_lists(table: Table, world: World, rng: np.random.Generator) -> None:
    """IDs of persons masked, so that nobody can tell who they are; names of lists in several spellings."""
    masked = table.some(rng, 0.6, table.frame["resident_id"].is_not_null())
    hidden = table.cells["resident_id"].gather(masked)
    hidden = hidden.str.slice(0, 4) + "**********" + hidden.str.slice(14)
    table.put("masked_number", "resident_id", masked, lambda _: hidden, LEFT_OUT, "resident_id.characters")
    table.frame = table.frame.with_columns(table.frame["_credit_subject"].clone().scatter(masked, -1))
    again = table.some(rng, 0.1, table.frame["delisted_date"].is_not_null())
    table.put("removed_without_date", "delisted_date", again, same(""), ACCEPTED)


def soil_abnormal(table: Table, world: World, rng: np.random.Generator) -> None:
    emptied(table, rng, "uscc", 0.03, "code_missing")
    names_by_sight(table, rng, "entity_name", 0.02)


def soil_defaulters(table: Table, world: World, rng: np.random.Generator) -> None:
    """Organisation codes with a hyphen, numbers of cases with other brackets, IDs with their middle hidden."""
    hyphens(table, rng, "subject_identifier", 0.5)
    wide = table.some(rng, 0.3)
    table.put(
        "full_width_brackets",
        "case_no",
        wide,
        lambda v: v.str.replace("(", "（", literal=True).str.replace(")", "）", literal=True),
        REPAIRED,
    )
    if table.cells.height >= LEAST_ROWS_TO_SPOIL:
        joined = table.some(rng, 0.01)
        others = table.cells["subject_name"].shift(1, fill_value="张建国").gather(joined)
        both = table.cells["subject_name"].gather(joined) + "、" + others
        table.put("two_debtors_in_a_name", "subject_name", joined, lambda _: both, REJECTED, "value.several_names")
    own = table.cells["subject_identifier"].str.len_chars() == 18
    masked = table.some(rng, 0.1, own & (table.frame["subject_type_code"] == "person"))
    hidden = table.cells["subject_identifier"].gather(masked)
    hidden = hidden.str.slice(0, 6) + "********" + hidden.str.slice(14)
    table.put("masked_number", "subject_identifier", masked, lambda _: hidden, ACCEPTED)
    table.frame = table.frame.with_columns(table.frame["_credit_subject"].clone().scatter(masked, -1))


def soil_repairs(table: Table, world: World, rng: np.random.Generator) -> None:
    brackets(table, rng, "decision_no")
    names_by_sight(table, rng, "subject_name", 0.02)
