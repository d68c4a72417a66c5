"""The SQL that undoes the distorted systems is held to the Python of the staging stage, and to the published vector."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from jinja2 import Environment, FileSystemLoader

from citylake.staging.identifiers import coordinates

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros"
TOLERANCE = 1e-6
# DOMAIN.md 1.4: one point in the three systems.
PLAIN, PUBLISHED, BAIDU = (119.974061, 31.811226), (119.978811, 31.809185), (119.985278, 31.815348)


def undone_query() -> str:
    """What the macros make of a table `points` with east and north."""
    environment = Environment(loader=FileSystemLoader(MACROS), autoescape=False)  # SQL, not a page
    text = "{% import 'coordinates.sql' as c with context %}with points_in as (select * from points), "
    return environment.from_string(text + "{{ c.undone_coordinates('points_in') }} select * from undone").render()


def in_sql(east: pl.Series, north: pl.Series) -> pl.DataFrame:
    points = pl.DataFrame({"number": range(len(east)), "east": east, "north": north})
    with duckdb.connect() as connection:
        connection.register("points", points.to_arrow())
        return connection.execute(f"{undone_query()} order by number").pl()


@pytest.mark.parametrize(("system", "delivered"), [("gcj02", PUBLISHED), ("bd09", BAIDU)])
def test_sql_brings_the_published_vector_back(system: str, delivered: tuple[float, float]) -> None:
    row = in_sql(pl.Series([delivered[0]]), pl.Series([delivered[1]])).row(0, named=True)

    # the vector is printed with six decimals
    assert row[f"{system}_east"] == pytest.approx(PLAIN[0], abs=2e-6)
    assert row[f"{system}_north"] == pytest.approx(PLAIN[1], abs=2e-6)


def test_sql_and_staging_undo_alike_all_over_the_city() -> None:
    grid = np.meshgrid(np.linspace(119.13, 120.20, 60), np.linspace(31.15, 32.07, 60))
    east, north = (pl.Series(one.ravel()) for one in grid)
    found = in_sql(east, north)
    from_map = coordinates.gcj02_to_wgs84(east, north)
    from_baidu = coordinates.gcj02_to_wgs84(*coordinates.bd09_to_gcj02(east, north))

    for system, expected in (("gcj02", from_map), ("bd09", from_baidu)):
        for name, values in zip(("east", "north"), expected, strict=True):
            assert np.abs((found[f"{system}_{name}"] - values).to_numpy()).max() <= TOLERANCE
