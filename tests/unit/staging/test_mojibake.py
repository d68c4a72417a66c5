"""Text read in a wrong encoding is told from wording: in a cell, wherever in a file it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from citylake.contracts import Column
from citylake.staging.everyday_text import is_usual
from citylake.staging.mojibake import is_mojibake
from citylake.staging.values import Parsed, parse

HANZI = [bytes([lead, trail]).decode("gb2312") for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFE)]
WORDINGS = st.text(st.sampled_from(HANZI), min_size=1, max_size=8)
SIGNS = ["路", "号", "(", "（", "1", "2A", "·", "-", " ", "é"]
NAME = Column.model_validate(
    {"name": "person_name", "zh": "姓名", "type": "text", "level": 3, "meaning": "姓名", "headers": ["姓名"]}
)


def read(*cells: Any) -> Parsed:
    return parse(pl.Series(cells, dtype=pl.String), NAME, None, [""], is_workbook=False, as_of=date(2025, 9, 30))


@given(st.text(st.sampled_from(HANZI), min_size=4, max_size=12))
def test_wording_misread_as_gbk_is_found(text: str) -> None:
    content = text.encode()
    misread = content[: len(content) // 2 * 2].decode("gbk", "replace")
    assume("\ufffd" not in misread)
    assert is_mojibake(pl.Series([misread])).item()
    assert read("王伟", misread).bad_reasons.to_list() == ["value.mojibake"]


@given(st.lists(st.one_of(WORDINGS, st.sampled_from(SIGNS)), min_size=1, max_size=6).map("".join))
def test_wording_is_never_accused(text: str) -> None:
    assert not is_mojibake(pl.Series([text])).item()


@pytest.mark.parametrize(
    "text",
    ["鐜嬩紵", "甯稿窞甯傛杩涘尯", "锟斤拷锟斤拷", "王锟斤拷", "ÍõÎ°³£ÖÝ", "å¸¸å·žå¸‚", "A-1 甯稿窞甯傛"],
)
def test_destroyed_text_is_named_and_never_kept(text: str) -> None:
    found = read("王伟", text, None)
    assert found.bad_rows.to_list() == [1]
    assert found.bad_reasons.to_list() == ["value.mojibake"]
    assert not is_usual(pl.Series([text])).item()


@pytest.mark.parametrize(
    "text", ["濮阳娅", "溧阳市戴埠镇", "宓淇", "浜", "渚淇路", "José García", "××××", "±0.5°", "鋭"]
)
def test_rare_names_and_signs_are_taken_as_they_stand(text: str) -> None:
    found = read(text)
    assert found.bad_rows.is_empty()
    assert found.values.to_list() == [text]


def test_a_cell_far_down_a_long_column_is_found() -> None:
    column = ["江苏省常州市天宁区延陵西路110号1102室"] * 30_000
    column[29_000] = "甯稿窞甯傛杩涘尯"
    found = read(*column)
    assert found.bad_rows.to_list() == [29_000]
