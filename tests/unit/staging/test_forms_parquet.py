"""Parquet: a column whose type changed is judged by the contract, never bent in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from citylake.errors import FileRefused
from samples.forms import contract, stage

FORM = {"type": "parquet"}


def written(path: Path, **columns: object) -> Path:
    rows = {"编号": ["A-1", "A-2"], "名称": ["甲", "乙"], "金额": [1.5, 2.5], "日期": ["2025-09-01", "2025-09-02"]}
    pl.DataFrame(rows | columns).write_parquet(path, compression="uncompressed")
    return path


def test_rows_are_counted_by_another_reader_and_numbered_from_one(tmp_path: Path) -> None:
    outcome = stage(written(tmp_path / "清单.parquet"), contract(FORM))
    assert outcome.accepted["line_number"].to_list() == [1, 2]
    assert outcome.staged.second_count is not None
    assert outcome.staged.second_count.number == 2


def test_a_code_that_became_a_number_is_named_in_every_row(tmp_path: Path) -> None:
    outcome = stage(written(tmp_path / "清单.parquet", 编号=[1, 2]), contract(FORM))
    assert outcome.reasons == [(None, n, "item_id", "code.became_number") for n in (1, 2)]
    floats = stage(written(tmp_path / "实数.parquet", 编号=[1.0, 3.2040219580101e17]), contract(FORM))
    assert [reason for *_, reason in floats.reasons] == ["code.became_number", "code.lost_precision"]


def test_lists_in_a_column_of_text_are_named(tmp_path: Path) -> None:
    outcome = stage(written(tmp_path / "清单.parquet", 名称=[["甲"], None]), contract(FORM))
    assert outcome.reasons == [(None, 1, "item_name", "drift.type")]


def test_a_changed_type_refuses_the_file_where_types_are_frozen(tmp_path: Path) -> None:
    path = written(tmp_path / "清单.parquet", 编号=[1, 2])
    with pytest.raises(FileRefused) as refused:
        stage(path, contract(FORM, drift={"types": "freeze"}))
    assert (refused.value.rule, refused.value.line) == ("drift.type", 1)


def test_moments_of_utc_are_days_of_shanghai(tmp_path: Path) -> None:
    days = [datetime(2025, 8, 31, 16, tzinfo=UTC), datetime(2025, 9, 1, 16, tzinfo=UTC)]
    outcome = stage(written(tmp_path / "清单.parquet", 日期=days), contract(FORM))
    assert [str(day) for day in outcome.accepted["stat_date"]] == ["2025-09-01", "2025-09-02"]


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "清单.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileRefused) as refused:
        stage(path, contract(FORM))
    assert refused.value.rule == "file.unreadable"


def test_a_byte_that_spoils_text_in_a_page_without_a_checksum_refuses_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "清单.parquet", 名称=["spoilt here", "乙"])
    path.write_bytes(path.read_bytes().replace(b"spoilt here", b"spoilt\xffhere"))
    with pytest.raises(FileRefused) as refused:
        stage(path, contract(FORM))
    assert refused.value.rule == "file.unreadable"
