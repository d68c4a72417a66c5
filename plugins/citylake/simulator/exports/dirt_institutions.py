"""What goes wrong in the lists of schools, medical institutions and certificate types."""

from __future__ import annotations

import numpy as np

from citylake.simulator.exports.dirt_entities import emptied
from citylake.simulator.files.marks import ACCEPTED, LEFT_OUT, REPAIRED
from citylake.simulator.files.table import Table, same
from citylake.simulator.world.city import World


def soil_schools(table: Table, world: World, rng: np.random.Generator) -> None:
    """Bandwidth with a unit or as a word, merged schools that were never closed."""
    wide = table.some(rng, 0.15, table.frame["bandwidth_mbps"] == 1000)
    table.put("unit_in_cell", "bandwidth_mbps", wide, same("1G"), LEFT_OUT, "value.has_unit")
    words = np.setdiff1d(table.some(rng, 0.15, table.frame["bandwidth_mbps"] == 1000), wide)
    table.put("word_for_number", "bandwidth_mbps", words, same("千兆"), LEFT_OUT, "value.not_decimal")
    unclosed = table.some(rng, 0.5, table.frame["status"] == "closed")
    table.put("never_closed", "status", unclosed, same("在办"), ACCEPTED)


def soil_medical(table: Table, world: World, rng: np.random.Generator) -> None:
    """Licence numbers with small letters, closed institutions that still stand as open."""
    small = table.some(rng, 0.1)
    table.put("lower_case", "certificate_no", small, lambda v: v.str.to_lowercase(), REPAIRED)
    unclosed = table.some(rng, 0.3, table.frame["status"] == "cancelled")
    table.put("never_closed", "status", unclosed, same("正常"), ACCEPTED)


def soil_types(table: Table, world: World, rng: np.random.Generator) -> None:
    """The authority on the first row of its block alone, full-width brackets, no OID."""
    authority = table.frame["authority_name"]
    blank = table.some(rng, 0.6, authority == authority.shift(1))
    table.put("blank_below_first", "authority_name", blank, same(""), ACCEPTED)
    emptied(table, rng, "oid", 0.3, "oid_missing")
