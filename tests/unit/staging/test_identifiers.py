"""Identifier checks: known numbers, laws over generated numbers, and agreement with a plain implementation."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.staging.identifiers import CHECKS, code_text
from citylake.staging.identifiers.divisions import city_divisions

# Valid numbers with what they show, invalid ones with their reason: worked examples of the standards, and numbers made
# up around the history of Changzhou's codes.
VECTORS = json.loads(Path(__file__).with_name("identifier_vectors.json").read_text(encoding="utf-8"))
AS_OF = date(2025, 9, 30)
AREAS = sorted(
    {str(division.code) for division in city_divisions() if division.name_zh} | {"110105", "510104", "830000"}
)


# The standards once more, one value at a time: what the set-based checks are compared with.
CHECK_CHARACTERS = "10X98765432"
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def resident_check(body: str) -> str:
    """Check character of 17 digits."""
    return CHECK_CHARACTERS[sum(int(d) * w for d, w in zip(body, RESIDENT_WEIGHTS, strict=True)) % 11]


def resident_id_holds(number: str, as_of: date) -> bool:
    """All rules but the area code, which the caller chooses."""
    if len(number) != 18 or not number.isascii() or not number[:17].isdigit():
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    is_born_in_time = date(1850, 1, 1) <= born <= as_of
    return is_born_in_time and number[14:17] != "000" and number[17] == resident_check(number[:17])


def uscc_check(body: str) -> str:
    """Check character of 17 characters."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check(body: str) -> str:
    """Check character of 8 characters; letters count from A = 10."""
    total = sum(int(c, 36) * w for c, w in zip(body, ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def judged(name: str, values: list[str | None], as_of: date = AS_OF) -> pl.DataFrame:
    """Columns raw, value (normalised), is_valid, reason."""
    check = CHECKS[name]
    frame = pl.DataFrame({"raw": values}, schema={"raw": pl.String})
    frame = frame.with_columns(value=check.normalise(pl.col("raw")))
    return frame.with_columns(
        is_valid=check.is_valid(pl.col("value"), as_of=as_of), reason=check.reason(pl.col("value"), as_of=as_of)
    )


@pytest.mark.parametrize("name", CHECKS)
def test_known_valid_numbers_pass_and_have_no_reason(name):
    found = judged(name, list(VECTORS[name]["valid"]))
    assert found.filter(~pl.col("is_valid") | pl.col("reason").is_not_null()).rows() == []


@pytest.mark.parametrize("name", CHECKS)
def test_known_invalid_numbers_fail_with_their_reason(name):
    expected = VECTORS[name]["invalid"]
    found = judged(name, list(expected))
    assert dict(zip(found["raw"], found["reason"], strict=True)) == expected
    assert not found["is_valid"].any()


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_no_value_is_no_verdict(name, engine):
    check = CHECKS[name]
    value = pl.col("raw")
    frame = pl.LazyFrame({"raw": [None, None]}, schema={"raw": pl.String})
    found = frame.select(
        value=check.normalise(value), is_valid=check.is_valid(value), reason=check.reason(value)
    ).collect(engine=engine)
    assert found.rows() == [(None, None, None)] * 2


@pytest.mark.parametrize("name", CHECKS)
@given(texts=st.lists(st.none() | st.text(max_size=20), max_size=20))
@settings(max_examples=40, deadline=None)
def test_every_text_is_either_valid_or_has_a_reason(name, texts):
    found = judged(name, texts)
    has_reason = found["reason"].is_not_null()
    assert (found["is_valid"].is_null() == found["raw"].is_null()).all()
    assert (has_reason == ~found["is_valid"].fill_null(True)).all()


@given(texts=st.lists(st.none() | st.text(max_size=20), max_size=20))
@settings(max_examples=40, deadline=None)
def test_normalising_again_changes_nothing(texts):
    frame = pl.DataFrame({"v": texts}, schema={"v": pl.String})
    once = frame.select(code_text(pl.col("v")))
    assert once.select(code_text(pl.col("v"))).equals(once)


@st.composite
def resident_ids(draw) -> str:
    born = draw(st.dates(date(1850, 1, 1), AS_OF))
    body = f"{draw(st.sampled_from(AREAS))}{born:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return body + resident_check(body)


@given(numbers=st.lists(resident_ids(), min_size=1, max_size=50))
@settings(max_examples=50, deadline=None)
def test_a_resident_id_built_by_the_standard_passes(numbers):
    assert judged("resident_id", numbers)["is_valid"].all()


@given(number=resident_ids())
@settings(max_examples=50, deadline=None)
def test_any_change_of_one_digit_of_a_resident_id_is_caught(number):
    changed = [
        number[:place] + digit + number[place + 1 :]
        for place in range(18)
        for digit in ("0123456789X" if place == 17 else "0123456789")
        if digit != number[place]
    ]
    assert not judged("resident_id", changed)["is_valid"].any()


@given(number=resident_ids(), place=st.integers(0, 16))
@settings(max_examples=100, deadline=None)
def test_two_neighbouring_digits_of_a_resident_id_exchanged_are_caught(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert judged("resident_id", [swapped])["is_valid"].item() == (swapped == number)


def agree_on_birth(days: list[tuple[int, int, int]], sequence: int) -> None:
    bodies = [f"320402{year:04d}{month:02d}{day:02d}{sequence:03d}" for year, month, day in days]
    numbers = [body + resident_check(body) for body in bodies]
    expected = [resident_id_holds(number, AS_OF) for number in numbers]
    assert judged("resident_id", numbers)["is_valid"].to_list() == expected


@given(
    days=st.lists(st.tuples(st.integers(1840, 2060), st.integers(0, 13), st.integers(0, 32)), min_size=1, max_size=50),
    sequence=st.integers(0, 3),
)
@settings(max_examples=100, deadline=None)
def test_resident_ids_are_judged_as_by_the_plain_implementation(days, sequence):
    agree_on_birth(days, sequence)


def test_every_day_of_the_calendar_is_a_birth_date_and_no_other():
    days = [(year, month, day) for year in (1900, 1999, 2000, 2024) for month in range(14) for day in range(33)]
    agree_on_birth(days, 1)


@given(number=resident_ids().filter(lambda number: number[6:8] == "19"))
@settings(max_examples=100, deadline=None)
def test_fifteen_digits_come_back_as_eighteen(number):
    short = number[:6] + number[8:17]
    assert judged("resident_id", [short])["value"].item() == number


def test_the_completed_number_of_the_standard():
    expected = VECTORS["resident_id"]["completed"]
    found = judged("resident_id", list(expected))
    assert dict(zip(found["raw"], found["value"], strict=True)) == expected


def test_a_birth_after_the_business_date_is_caught():
    body = "32040220250930001"
    number = body + resident_check(body)
    assert judged("resident_id", [number], date(2025, 9, 30))["is_valid"].item()
    assert judged("resident_id", [number], date(2025, 9, 29))["reason"].item() == "resident_id.birth_date"


@st.composite
def organisation_codes(draw) -> str:
    body = draw(st.text(alphabet=USCC_ALPHABET, min_size=8, max_size=8))
    return body + organisation_check(body)


@st.composite
def usccs(draw) -> str:
    body = (
        draw(st.sampled_from(["91", "92", "11", "51", "N1"]))
        + draw(st.sampled_from(AREAS))
        + draw(organisation_codes())
    )
    return body + uscc_check(body)


@given(numbers=st.lists(usccs(), min_size=1, max_size=50))
@settings(max_examples=50, deadline=None)
def test_a_credit_code_built_by_the_standard_passes(numbers):
    assert judged("uscc", numbers)["is_valid"].all()
    assert judged("organisation_code", [number[8:17] for number in numbers])["is_valid"].all()


@given(number=usccs(), place=st.integers(0, 17))
@settings(max_examples=50, deadline=None)
def test_any_change_of_one_character_of_a_credit_code_is_caught(number, place):
    changed = [
        number[:place] + character + number[place + 1 :] for character in USCC_ALPHABET if character != number[place]
    ]
    assert not judged("uscc", changed)["is_valid"].any()


@given(number=usccs(), wrong=st.sampled_from("0123456789X"))
@settings(max_examples=50, deadline=None)
def test_a_wrong_organisation_code_inside_a_right_credit_code_is_caught(number, wrong):
    body = number[:16] + wrong
    found = judged("uscc", [body + uscc_check(body)])
    assert found["is_valid"].item() == (wrong == number[16])
    assert found["reason"].item() == (None if wrong == number[16] else "uscc.organisation_code")
