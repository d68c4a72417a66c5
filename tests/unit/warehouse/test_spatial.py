"""DuckDB's spatial functions come from the installed wheel alone."""

from __future__ import annotations

import duckdb

from citylake.warehouse.dbt_runner import spatial_extension


def test_a_point_is_told_to_lie_in_its_street_without_a_download() -> None:
    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(config=offline) as connection:
        connection.execute(f"load '{spatial_extension()}'")
        street = "st_geomfromtext('POLYGON((119.9 31.7, 120.0 31.7, 120.0 31.8, 119.9 31.8, 119.9 31.7))')"
        found = connection.execute(
            f"select st_contains({street}, st_point(119.95, 31.75)), st_contains({street}, st_point(120.05, 31.75))"
        ).fetchone()
    assert found == (True, False)
