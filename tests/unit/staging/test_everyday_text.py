"""The look at a column's bytes says what the regular expression says, but for line breaks inside, which stay anyway."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.staging import everyday_text
from citylake.staging.spelling import USUAL_TEXT, plain_text

EVERYDAY = "江苏省常州市天宁区延陵西路110号1102室"
STRANGE = [
    " ",
    "\n",
    "\t",
    "\u3000",
    "\u00a0",
    "•",
    "\x07",
    "\x7f",
    "\ufffd",
    "\ufa12",
    "\ue000",
    "Ａ",
    "𠮷",
    "é",
    "가",
    "䷀",
]
CELLS = st.builds(
    lambda place, sign, size: EVERYDAY[:size][:place] + sign + EVERYDAY[:size][place:],
    st.integers(0, 22),
    st.sampled_from(["", "", "", *STRANGE]),
    st.sampled_from([0, 2, 5, 12, 22]),
)


@pytest.fixture(scope="module")
def every_size():
    """Columns of one cell are looked at as long ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everyday_text, "_MANY", 1)
        yield


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(st.none(), CELLS), min_size=1, max_size=6))
def test_usual_is_what_stays_as_it_stands(every_size, cells):
    values = pl.Series(cells, dtype=pl.String)
    by_rule = values.str.contains(USUAL_TEXT).fill_null(False)
    for cell, found, rule in zip(cells, everyday_text.is_usual(values), by_rule, strict=True):
        if found != rule:
            assert found
            assert "\n" in cell
            assert plain_text(pl.Series([cell])).item() == cell


def test_bytes_are_enough_for_a_column_of_addresses(monkeypatch):
    monkeypatch.setattr(everyday_text, "USUAL_TEXT", "^$")
    assert everyday_text.is_usual(pl.Series([EVERYDAY] * everyday_text._MANY)).all()
