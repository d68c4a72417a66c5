"""What a delivery looks like in figures: counted block by block, rejected rows included."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from citylake.staging.profile import MOST_GROUPS, Profile


def test_blocks_add_up_and_a_row_rejected_for_an_empty_key_counts_as_empty(tmp_path: Path) -> None:
    profile = Profile("district")
    profile.add(pl.DataFrame({"key": ["a", None], "district": ["天宁", "武进"]}))
    profile.add(pl.DataFrame({"key": ["b"], "district": ["天宁"]}))
    rejects = tmp_path / "rejects.parquet"
    cells = {
        "kind": ["row_rejected", "row_rejected", "row_rejected", "value_discarded"],
        "sheet_name": pl.Series([None] * 4, dtype=pl.String),
        "line_number": [5, 5, 6, 7],
        "column_name": ["key", "district", "district", "district"],
        "reason_code": ["value.missing", "code.unknown", "code.unknown", "value.missing"],
    }
    pl.DataFrame(cells).write_parquet(rejects)
    assert profile.figures(["key", "district"], rejects) == {
        "rows": 3,
        "null_share": {"key": 0.4, "district": 0.0},  # two of the five records: three accepted, lines 5 and 6
        "groups": {"天宁": 2, "武进": 1},
    }


def test_no_rows_are_no_shares_and_a_column_of_names_is_no_grouping() -> None:
    assert Profile().figures(["key"], None) == {"rows": 0, "null_share": {"key": 0.0}, "groups": {}}
    names = Profile("name")
    names.add(pl.DataFrame({"name": [str(number) for number in range(MOST_GROUPS + 1)]}))
    assert names.figures([], None)["groups"] == {}
