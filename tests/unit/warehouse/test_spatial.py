"""DuckDB's spatial functions come from the installed wheel alone."""

from __future__ import annotations

import duckdb

from citylake.warehouse.dbt_runner import spatial_extension


def test_a_point_is_told_to_lie_in_its_street_without_a_download() -> None:
    with duckdb.connect() as connection:
        connection.execute("set autoinstall_known_extensions = false")
        connection.execute("set autoload_known_extensions = false")
        connection.execute(f"load '{spatial_extension()}'")
        street = "st_geomfromtext('POLYGON((119.9 31.7, 120.0 31.7, 120.0 31.8, 119.9 31.8, 119.9 31.7))')"
        found = connection.execute(
            f"select st_contains({street}, st_point(119.95, 31.75)), st_contains({street}, st_point(120.05, 31.75))"
        ).fetchone()
    assert found == (True, False)
