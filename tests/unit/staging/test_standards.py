"""The vectors of the standards, from the document beside the project; and codes and places that depend on a date."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.staging.identifiers import CHECKS, VALUE_CHECKS, coordinates
from citylake.staging.identifiers.classifications import classes_of_2017
from citylake.staging.identifiers.divisions import city_divisions, name_of

SHARED = Path(os.environ.get("CITYLAKE_SHARED", Path(__file__).parents[4] / "shared"))
AS_OF = date(2025, 9, 30)
METRES_PER_DEGREE = 111_320


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    path = SHARED / "domain" / "standards_test_vectors.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the project")
    return json.loads(path.read_text(encoding="utf-8"))


def reason(check: str, value: str, as_of: date = AS_OF) -> str | None:
    one = CHECKS[check]
    frame = pl.DataFrame({"v": [value]}).select(one.normalise(pl.col("v")))
    why = frame.select(one.reason(pl.col("v"), as_of=as_of)).item()
    assert frame.select(one.is_valid(pl.col("v"), as_of=as_of)).item() is (why is None)
    return why


def point(east: float, north: float) -> coordinates.Point:
    return pl.Series([east]), pl.Series([north])


def degrees(of: coordinates.Point) -> tuple[float, float]:
    return of[0].item(), of[1].item()


def test_credit_codes_and_organisation_codes_of_the_document(vectors):
    assert [reason("uscc", value) for value in vectors["uscc"]["valid"]] == [None] * 4
    assert {reason("uscc", value) for value in vectors["uscc"]["invalid"]} == {"uscc.characters", "uscc.checksum"}
    assert [reason("organisation_code", value) for value in vectors["org_code_GB11714"]["valid"]] == [None] * 4


def test_resident_ids_of_the_document(vectors):
    ids = vectors["ric"]
    assert [reason("resident_id", value) for value in ids["valid"]] == [None] * len(ids["valid"])
    for old, new in ids["upgrade15"].items():
        assert pl.DataFrame({"v": [old]}).select(CHECKS["resident_id"].normalise(pl.col("v"))).item() == new
    wrong = {
        "320499198001010011": "resident_id.area",
        "320402209901010019": "resident_id.birth_date",
        "320402199001010009": "resident_id.sequence",
    }
    assert set(wrong) < set(ids["synthetic_changzhou"])
    for value in ids["synthetic_changzhou"]:
        assert reason("resident_id", value) == wrong.get(value), value


def test_coordinates_of_the_document(vectors):
    for given_point, shown in vectors["gcj02"]["wgs84_to_gcj02"]:
        assert degrees(coordinates.wgs84_to_gcj02(*point(*given_point))) == pytest.approx(shown, abs=1e-6)
    for given_point, shown in vectors["gcj02"]["wgs84_to_gcj02_to_bd09"]:
        through = coordinates.gcj02_to_bd09(*coordinates.wgs84_to_gcj02(*point(*given_point)))
        assert degrees(through) == pytest.approx(shown, abs=1e-6)


def test_the_history_of_the_citys_codes_is_that_of_the_document(vectors):
    listed = {(str(one.code), one.name_zh, one.first_year, one.last_year) for one in city_divisions()}
    assert {tuple(row) for row in vectors["changzhou_codes"]} <= listed


@settings(max_examples=50, deadline=None)
@given(east=st.floats(119.0, 120.5), north=st.floats(31.0, 32.2))
def test_a_point_comes_back_from_every_system(east: float, north: float) -> None:
    gcj = coordinates.wgs84_to_gcj02(*point(east, north))
    assert degrees(coordinates.gcj02_to_wgs84(*gcj)) == pytest.approx((east, north), abs=1e-7)
    bd = coordinates.gcj02_to_bd09(*gcj)
    assert degrees(coordinates.bd09_to_gcj02(*bd)) == pytest.approx(degrees(gcj), abs=1e-7)
    moved = [abs(now - then) * METRES_PER_DEGREE for now, then in zip(degrees(gcj), (east, north), strict=True)]
    assert 300 < moved[0] < 700 and 100 < moved[1] < 400


@pytest.mark.parametrize(
    ("check", "value", "why"),
    [
        ("longitude", 119.97, None), ("longitude", 31.81, "coordinate.swapped"), ("longitude", None, None),
        ("longitude", 0.0, "coordinate.outside"), ("longitude", 116.39, "coordinate.outside"),
        ("latitude", 31.81, None), ("latitude", 119.97, "coordinate.swapped"),
        ("latitude", 39.92, "coordinate.outside"),
    ],
)  # fmt: skip
def test_a_place_outside_the_city_or_with_its_degrees_exchanged_is_named(check, value, why):
    frame = pl.DataFrame({"v": [value]}, schema={"v": pl.Float64})
    assert frame.select(VALUE_CHECKS[check](pl.col("v"))).item() == why


RINGS = st.lists(st.tuples(st.floats(119.0, 120.2), st.floats(31.1, 32.0)), min_size=3, max_size=6)


def polygon(ring: list[tuple[float, float]], scale: float = 1.0) -> str:
    corners = ", ".join(f"{x * scale:.6f} {y * scale:.6f}" for x, y in [*ring, ring[0]])
    return f"POLYGON(({corners}))"


def boundary(text: str) -> str | None:
    return pl.DataFrame({"v": [text]}).select(VALUE_CHECKS["boundary"](pl.col("v"))).item()


@given(RINGS, st.booleans())
def test_a_polygon_in_degrees_is_taken_and_one_in_metres_is_named(
    ring: list[tuple[float, float]], is_many: bool
) -> None:
    def written(scale: float) -> str:
        text = polygon(ring, scale)
        return f"MULTIPOLYGON({text.removeprefix('POLYGON')})" if is_many else text

    assert boundary(written(1.0)) is None
    assert boundary(written(100_000.0)) == "boundary.plane"


@given(RINGS, st.integers(1, 40))
def test_a_polygon_that_is_cut_off_is_named_wherever_it_was_cut(ring: list[tuple[float, float]], last: int) -> None:
    assert boundary(polygon(ring)[:-last]) == "boundary.cut"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("POLYGON((40497123.12 3518012, 40497130 3518012.5, 40497130 3518020))", "boundary.plane"),
        ("POLYGON((119 31, 119.2 31, 119.2 31.2))", None),
        ("见附图", "boundary.not_wkt"),
        ("POINT(119.9 31.7)", "boundary.not_wkt"),
    ],
)
def test_what_is_no_polygon_in_degrees_is_named(text: str, why: str | None) -> None:
    assert boundary(text) == why


@pytest.mark.parametrize(("count", "why"), [(0, None), (12, None), (-1, "value.negative"), (None, None)])
def test_a_count_below_nothing_is_named(count: int | None, why: str | None) -> None:
    frame = pl.DataFrame({"v": [count]}, schema={"v": pl.Int64})
    assert frame.select(VALUE_CHECKS["not_negative"](pl.col("v"))).item() == why


def test_a_code_means_what_it_meant_on_the_day():
    assert name_of(320411, date(2001, 12, 31)) == "郊区"
    assert name_of(320411, date(2002, 12, 31)) == "新北区"
    assert name_of(320482, date(2020, 1, 1)) is None
    assert reason("division_in_force", "320405", date(2014, 12, 31)) is None
    assert reason("division_in_force", "320405", date(2025, 9, 30)) == "division.not_in_force"
    assert reason("division_in_force", "320413", date(2014, 12, 31)) == "division.not_in_force"
    assert reason("division", "320405") is None


def test_the_classes_of_2017_are_those_of_the_public_list():
    path = SHARED / "real_files" / "GBT4754-2017.xlsx"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the project")
    cells = pl.read_excel(path, has_header=False, infer_schema_length=0).to_series(0).drop_nulls().str.strip_chars()
    # Two rows of that file hold two codes run together.
    codes = {
        code[at : at + 4] for code in cells.filter(cells.str.contains("^([0-9]{4})+$")) for at in range(0, len(code), 4)
    }
    assert set(classes_of_2017()) == codes
    assert len({code[:3] for code in codes}) == 473
