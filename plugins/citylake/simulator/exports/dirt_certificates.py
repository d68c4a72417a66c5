"""What goes wrong in the books of certificates, beyond what every column of a kind gets."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.exports.dirt_entities import emptied, fifteen_digits, names_by_sight
from citylake.simulator.faults.spoils import LEAST_ROWS_TO_SPOIL
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REJECTED, REPAIRED
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World

NO_END = ("长期", "9999-12-31", "2099-12-31")


def soil_business(table: Table, world: World, rng: np.random.Generator) -> None:
    """Open ends in four ways, licences of before the code, the operator's ID of fifteen digits."""
    for word in NO_END:
        opened = table.some(rng, 0.15, table.frame["valid_to_date"].is_null())
        table.put("open_end_in_words", "valid_to_date", opened, same(word), ACCEPTED)
    fifteen_digits(table, rng, "legal_representative_id", 0.01)
    emptied(table, rng, "uscc", 0.003, "licence_without_code")
    if table.cells.height >= LEAST_ROWS_TO_SPOIL:
        long = table.some(rng, 0.002, table.cells["registration_no"].str.len_chars() == 15)
        table.put(
            "number_in_scientific_form", "registration_no", long, same("3.204E+14"), REJECTED, "code.became_number"
        )


def soil_food(table: Table, world: World, rng: np.random.Generator) -> None:
    """The trader's ID in the place of the code, stalls on file without a number of the register's kind, breaks."""
    entity = table.frame["_legal_entity"].to_numpy()
    trader = world.enterprises.representative[np.maximum(entity, 0)]
    own = pl.Series(entity >= 0) & (table.frame["business_form_code"] == "small")
    personal = table.some(rng, 0.3, own)
    ids = world.people.resident_ids(trader[personal])
    table.put("person_number_for_code", "holder_identifier", personal, lambda _: ids, ACCEPTED)
    broken = table.some(rng, 0.02, table.cells["business_scope"].str.contains(";", literal=True))
    table.put("line_break_in_quotes", "business_scope", broken, lambda v: v.str.replace(";", "\n"), ACCEPTED)
    dotted = table.some(rng, 0.05, table.frame["issued_date"].is_not_null())
    written = table.frame["issued_date"].gather(dotted).dt.strftime("%Y.%-m.%-d")
    table.put("dotted_date", "issued_date", dotted, lambda _: written, REPAIRED)


def soil_property(table: Table, world: World, rng: np.random.Generator) -> None:
    """Full-width brackets, shares as fractions, areas with their unit, two terms in one cell."""
    number = table.cells["certificate_no"]
    wide = table.some(rng, 0.3, number.str.starts_with("苏("))
    table.put("full_width_brackets", "certificate_no", wide, _wide_brackets, REPAIRED)
    half = table.some(rng, 0.2, table.frame["share_pct"] == 50)
    table.put("share_as_fraction", "share_pct", half, same("1/2"), LEFT_OUT, "value.not_decimal")
    percent = table.some(rng, 0.2, table.frame["share_pct"] == 50)
    percent = np.setdiff1d(percent, half)
    table.put("share_with_sign", "share_pct", percent, same("50%"), REPAIRED)
    unit = table.some(rng, 0.03)
    table.put("unit_in_cell", "area_m2", unit, lambda v: v + "㎡", LEFT_OUT, "value.has_unit")
    terms = table.some(rng, 0.5, table.frame["use_code"] == "commercial")
    both = same("住宅2090年止,商业2060年止")
    table.put("two_terms_in_cell", "valid_to_date", terms, both, LEFT_OUT, "value.not_date")


def _wide_brackets(values: pl.Series) -> pl.Series:
    return values.str.replace("(", "（", literal=True).str.replace(")", "）", literal=True)


def soil_road(table: Table, world: World, rng: np.random.Generator) -> None:
    """Plates with a dot, a blank or the letter O, numbers with the prefix of the authority."""
    plate = table.cells["plate_no"]
    dotted = table.some(rng, 0.2, plate.str.starts_with("苏D"))
    table.put("plate_with_dot", "plate_no", dotted, lambda v: "苏D·" + v.str.slice(2), ACCEPTED)
    letter = np.setdiff1d(table.some(rng, 0.02, plate.str.ends_with("0")), dotted)
    table.put("letter_for_digit", "plate_no", letter, lambda v: v.str.slice(0, 6) + "O", ACCEPTED)
    prefixed = table.some(rng, 0.1)
    table.put("number_with_prefix", "certificate_no", prefixed, lambda v: "苏交运管许可常字" + v, ACCEPTED)


def soil_high_tech(table: Table, world: World, rng: np.random.Generator) -> None:
    """Validity that the list does not print."""
    emptied(table, rng, "valid_to_date", 0.3, "validity_not_printed")
    names_by_sight(table, rng, "entity_name", 0.02)


def soil_chemical(table: Table, world: World, rng: np.random.Generator) -> None:
    """Codes filled on one of several rows, names by sight."""
    emptied(table, rng, "uscc", 0.1, "code_on_first_row_only")
    names_by_sight(table, rng, "entity_name", 0.03)
