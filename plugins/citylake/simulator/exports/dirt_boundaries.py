"""Dirt of the datasets that draw boundaries: open rings, axes exchanged, plane metres, text cut off, pictures."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from citylake.simulator.basics.datums import to_xian80_plane
from citylake.simulator.files.marks import ACCEPTED, FLAGGED, LEFT_OUT, REPAIRED
from citylake.simulator.files.table import Table, each, same
from citylake.simulator.world.city import World

_PAIR = re.compile(r"([0-9.]+) ([0-9.]+)")


def soil_parcels(table: Table, world: World, rng: np.random.Generator) -> None:
    """Boundaries open, exchanged, in metres or cut off; brackets around the year; two owners in one cell."""
    table.put("ring_not_closed", "boundary_wkt", table.some(rng, 0.005), _cut_ring, REPAIRED)
    table.put("axes_swapped", "boundary_wkt", table.some(rng, 0.005), _swap_axes, FLAGGED)
    _in_metres(table, rng, 0.005)
    cut = _untouched(table, table.some(rng, 0.003))
    table.put("boundary_cut_off", "boundary_wkt", cut, _cut_off, LEFT_OUT, "boundary.cut")
    owners = table.some(rng, 0.02, table.cells["holder_name"].is_not_null())
    table.put("two_owners_in_a_cell", "holder_name", owners, lambda v: v + "、王建国", ACCEPTED)
    brackets = table.some(rng, 0.3, table.cells["certificate_no"].is_not_null())
    table.put(
        "other_brackets",
        "certificate_no",
        brackets,
        lambda v: v.str.replace("(", "〔", literal=True).str.replace(")", "〕", literal=True),
        REPAIRED,
    )


def _cut_ring(values: pl.Series) -> pl.Series:
    return values.str.replace(r", [^,]*\)\)$", "))")


def _swap_axes(values: pl.Series) -> pl.Series:
    return values.str.replace_all(r"([0-9.]+) ([0-9.]+)", "${2} ${1}")


def _untouched(table: Table, rows: np.ndarray) -> np.ndarray:
    """Rows whose boundary no other dirt has changed."""
    marked = [mark.rows for mark in table.marks if mark.column == "boundary_wkt" and mark.rows is not None]
    return np.setdiff1d(rows, np.concatenate(marked)) if marked else rows


def _in_metres(table: Table, rng: np.random.Generator, share: float) -> None:
    """Boundaries of before 2018 in metres of Xi'an 1980, north first, under the label CGCS2000."""
    old = _untouched(table, table.some(rng, share, table.frame["boundary_wkt"].is_not_null()))
    table.put("plane_metres", "boundary_wkt", old, each(_in_plane), LEFT_OUT, "boundary.plane")


def _in_plane(wkt: str) -> str:
    return _PAIR.sub(lambda pair: "{:.3f} {:.3f}".format(*to_xian80_plane(float(pair[1]), float(pair[2]))), wkt)


def _cut_off(values: pl.Series) -> pl.Series:
    """What is left of a text at the limit of a cell."""
    return values.str.replace(r", [^,]*$", ", 1")


def soil_grids(table: Table, world: World, rng: np.random.Generator) -> None:
    """A picture instead of a boundary for some grids in the country."""
    rural = table.some(rng, 0.02, table.frame["boundary_wkt"].is_not_null())
    table.put("boundary_as_picture", "boundary_wkt", rural, same("见附图"), LEFT_OUT, "boundary.not_wkt")
    several = table.some(rng, 0.01)
    table.put("several_types_in_a_cell", "grid_type_code", several, same("综治、警务"), LEFT_OUT, "code.unknown")


def soil_cells(table: Table, world: World, rng: np.random.Generator) -> None:
    """Cells as multipolygons, some in plane metres."""
    _in_metres(table, rng, 0.003)
    several = _untouched(table, table.some(rng, 0.05))
    table.put("multipolygon", "boundary_wkt", several, _as_multipolygon, REPAIRED)


def _as_multipolygon(values: pl.Series) -> pl.Series:
    return values.str.replace(r"^POLYGON ?(.*)$", "MULTIPOLYGON(${1})")


def soil_built_up(table: Table, world: World, rng: np.random.Generator) -> None:
    table.put("ring_not_closed", "boundary_wkt", table.some(rng, 0.05), _cut_ring, ACCEPTED)
