"""What one cell says: each spelling is read to its value, read only by the contract's rule, or refused by name."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import Column
from citylake.contracts.reasons import REASONS
from citylake.settings import SHANGHAI
from citylake.staging.numerals import read_numeral
from citylake.staging.spelling import plain_text
from citylake.staging.values import DTYPES, parse

AS_OF = date(2025, 10, 10)
MISSING = ["", "-", "—", "…", "NaN", "NULL"]
ALL_RULES = ["chinese_numerals", "minguo_years", "two_digit_years", "excel_serials", "magnitudes"]
DAY = date(2025, 9, 30)


def column(kind: str, reads: list[str] | None = None, **terms: Any) -> Column:
    return Column.model_validate(
        {"name": "x", "zh": "列", "type": kind, "level": 1, "meaning": "x", "headers": ["列"], "reads": reads or []}
        | terms
    )


def read(cell: str, of: Column, is_workbook: bool = False, codes: dict[str, str] | None = None) -> Any:
    """The value of a cell, or the reason code why it has none."""
    parsed = parse(pl.Series([cell]), of, codes, MISSING, is_workbook, AS_OF)
    assert parsed.bad_rows.to_list() in ([], [0])
    return parsed.bad_reasons.item() if parsed.bad_rows.len() else parsed.values.item()


@pytest.mark.parametrize(
    "cell",
    [
        "2025-09-30", "2025/9/30", "2025.9.30", "20250930", "2025年9月30日", "2025年09月30号", "２０２５－０９－３０",
        " 2025 年 9 月 30 日 ", "2025/9/30 0:00:00", "2025-09-30T00:00:00", "2025-9-30 00:00",
    ],
)  # fmt: skip
def test_usual_spellings_of_a_day_are_read(cell):
    assert read(cell, column("date")) == DAY


@pytest.mark.parametrize(
    ("cell", "rules", "value", "reason"),
    [
        ("二〇二五年九月三十日", ["chinese_numerals"], DAY, "value.chinese_numeral"),
        ("二○二五年九月卅日", ["chinese_numerals"], DAY, "value.chinese_numeral"),
        ("民国114年9月30日", ["minguo_years"], DAY, "value.minguo_year"),
        ("民國１１４.9.30", ["minguo_years"], DAY, "value.minguo_year"),
        ("114/09/30", ["minguo_years"], DAY, "value.minguo_year"),
        ("民国元年1月1日", ["minguo_years"], date(1912, 1, 1), "value.minguo_year"),
        ("民国一百一十四年九月三十日", ["minguo_years", "chinese_numerals"], DAY, "value.minguo_year"),
        ("25-9-30", ["two_digit_years"], DAY, "value.two_digit_year"),
        ("58年1月1日", ["two_digit_years"], date(1958, 1, 1), "value.two_digit_year"),
        ("45930", ["excel_serials"], DAY, "value.excel_serial"),
        ("45930.0", ["excel_serials"], DAY, "value.excel_serial"),
    ],
)
def test_other_spellings_of_a_day_are_read_by_rule_and_refused_by_name(cell, rules, value, reason):
    assert read(cell, column("date", rules)) == value
    assert read(cell, column("date")) == reason
    for rule in rules:
        assert read(cell, column("date", [one for one in rules if one != rule])) in REASONS


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("03/04/2025", "value.ambiguous_date"),
        ("30.09.2025", "value.ambiguous_date"),
        ("2025年9月", "value.no_day"),
        ("202509", "value.no_day"),
        ("2025-09-30 08:15:00", "value.has_time"),
        ("2025-02-30", "value.not_date"),
        ("二〇二五年二月三十日", "value.not_date"),
        ("0001-01-01", "value.not_date"),
        ("昨天", "value.not_date"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_refused_by_name_whatever_the_rules(cell, reason):
    assert read(cell, column("date", ALL_RULES)) == reason


def test_day_numbers_of_a_workbook_are_days_and_of_a_text_file_by_rule_alone():
    assert read("45930", column("date"), is_workbook=True) == DAY
    assert read("45930.5", column("timestamp"), is_workbook=True) == datetime.combine(DAY, time(12))
    assert read("45930.5", column("timestamp")) == "value.excel_serial"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2025-09-30 08:15:00", time(8, 15)), ("2025/9/30 8:15", time(8, 15)), ("20250930081500", time(8, 15)),
        ("2025-09-30T00:15:00Z", time(8, 15)), ("2025-09-30T08:15:00+08:00", time(8, 15)), ("2025年9月30日", time(0)),
        (" 2025-09-30 08:15:00 ", time(8, 15)), ("2025-02-30 08:15:00", "value.not_timestamp"),
        ("9999-12-31 00:00:00", None), ("0001-01-01 00:00:00", "value.not_timestamp"),
        ("25-9-30", "value.two_digit_year"),
        ("2025-09-30 25:00", "value.not_timestamp"), ("03/04/2025 08:15", "value.ambiguous_date"),
    ],
)  # fmt: skip
def test_moments(cell, value):
    assert read(cell, column("timestamp")) == (datetime.combine(DAY, value) if isinstance(value, time) else value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2025年9月", "2025-09"), ("202509", "2025-09"), ("2025.9", "2025-09"), ("2025-09-30", "2025-09"),
        ("2025.1", "value.ambiguous_month"), ("2025-13", "value.not_month"), ("民国114年9月", "value.minguo_year"),
        ("二〇二五年九月", "value.chinese_numeral"),
    ],
)  # fmt: skip
def test_months(cell, value):
    assert read(cell, column("month")) == value
    assert (
        value in ("2025-09", "value.ambiguous_month", "value.not_month")
        or read(cell, column("month", ALL_RULES)) == "2025-09"
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("１２０", 120), ("1,234,567", 1_234_567), ("1，234", 1234), ("1 234", 1234), ("+5", 5), ("-0", 0), ("5.00", 5),
        ("−7", -7), ("9007199254740993", 9_007_199_254_740_993), ("9,007,199,254,740,993", 9_007_199_254_740_993),
        ("1.234E+03", 1234), ("1,5", "value.separators"), ("12 34", "value.separators"), ("1.5", "value.not_integer"),
        ("5.1E+17", "value.exponent"), ("1e5", "value.exponent"), ("99999999999999999999", "value.out_of_range"),
        ("(1,234)", "value.parentheses"), ("1.2万", "value.magnitude"), ("120万元", "value.has_unit"),
        ("0次", "value.has_unit"), ("12%", "value.has_unit"),
        ("约120", "value.approximate"), ("120余", "value.approximate"), ("≥5", "value.approximate"),
        ("10～20", "value.range"), ("一百二十", "value.chinese_numeral"), ("inf", "value.not_integer"),
        ("无需到场", "value.not_integer"), ("年均增?.5%", "value.not_integer"),
    ],
)  # fmt: skip
def test_integers(cell, value):
    assert read(cell, column("integer")) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.2万", 12_000), ("3亿", 300_000_000), ("一百二十", 120), ("贰拾", 20), ("一百二", "value.chinese_numeral")],
)
def test_magnitudes_and_numerals_are_read_by_rule(cell, value):
    assert read(cell, column("integer", ALL_RULES)) == value


@pytest.mark.parametrize(
    ("cell", "terms", "value"),
    [
        ("95.5%", {"name": "rate_pct"}, 95.5), ("0.955", {"name": "rate_pct"}, 0.955), ("95.5%", {"unit": "%"}, 95.5),
        ("9‰", {"unit": "‰"}, 0.9), ("95.5%", {}, "value.has_unit"), ("1.5E-05", {}, 1.5e-05), ("-0.0", {}, 0.0),
        ("1.2E+05", {}, "value.exponent"), ("1e400", {}, "value.not_decimal"), ("nan", {}, "value.not_decimal"),
        (" 1e5 ", {}, 100_000.0), ("12.5", {"unit": "亿元"}, 1_250_000_000.0),
        ("120万元", {"unit": "万元"}, "value.has_unit"),
        ("120万元", {"unit": "万元", "reads": ["magnitudes"]}, 1_200_000.0),
        ("50元", {"unit": "万元", "reads": ["magnitudes"]}, 50.0),
        ("1.2万", {"unit": "万元", "reads": ["magnitudes"]}, "value.magnitude"),
        ("3人", {"unit": "万元", "reads": ["magnitudes"]}, "value.has_unit"),
    ],
)  # fmt: skip
def test_decimals_with_units(cell, terms, value):
    found = read(cell, column("decimal", **terms))
    assert found == (pytest.approx(value) if isinstance(value, float) else value)
    assert str(found) != "-0.0"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("119°58′26.62″", 119.974061), ("119°58'26.62\"", 119.974061), ("119度58分26.62秒", 119.974061),
        ("119°58.4437′", 119.974061), ("１１９°５８′２６．６２″", 119.974061), ("119.974061", 119.974061),
        ("119°60′00″", "value.not_decimal"), ("119°58", "value.not_decimal"),
    ],
)  # fmt: skip
def test_angles_are_read_where_the_contract_says_so(cell, value):
    found = read(cell, column("decimal", ["degrees"]))
    assert found == (pytest.approx(value, abs=2e-6) if isinstance(value, float) else value)
    assert cell == "119.974061" or isinstance(read(cell, column("decimal")), str)


def test_whole_things_delivered_in_ten_thousands_are_whole_again_in_the_lake():
    persons = column("integer", unit="万人")
    assert read("129.67", persons) == 1_296_700
    assert read("129.670001", persons) == 1_296_700 or read("129.670001", persons) == "value.not_integer"
    assert read("0.00001", persons) == "value.not_integer"
    typed = parse(pl.Series([3], dtype=pl.Int64), persons, None, MISSING, False, AS_OF)
    assert typed.values.to_list() == [30_000] and typed.values.dtype == pl.Int64


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("  王芳　", "王芳"), ("王\u200b芳\ufeff", "王芳"), ("\u00ad王芳", "王芳"), ("王\u00a0芳", "王 芳"),
        ("一行\n二行", "一行\n二行"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("阿・买‧提", "阿·买·提"),
        ("阿∙买", "阿·买"), ("阿．买", "阿·买"), ("阿 · 买", "阿 · 买"), ("•一项", "•一项"),
        ("cafe\u0301", "café"), ("\ufa12", "\u6674"), ("\ufa0e", "\ufa0e"), ("𠮷䶮", "𠮷䶮"),
        ("=1+1", "=1+1"), ("@SUM(A1)", "@SUM(A1)"), ("邊\ufe00", "邊\ufe00"),
        ("王\u0007芳", "value.control_character"), ("王\ufffd", "value.lost_character"),
        ("王\ue000", "value.private_character"),
    ],
)  # fmt: skip
def test_text(cell, value):
    assert read(cell, column("text")) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("00123", "00123"), ("ａｂ－１２", "AB-12"), ("5.1E+17", "code.became_number"), ("1E+05", "code.became_number"),
        ("12\u200b34", "1234"), ("王\ue000", "value.private_character"),
    ],
)  # fmt: skip
def test_codes_are_text(cell, value):
    assert read(cell, column("code")) == value


def test_an_identifier_that_became_a_number_says_so():
    assert read("3.20402E+17", column("code", check="resident_id")) == "code.became_number"
    assert read("320402195801010000", column("code", check="resident_id")) == "code.became_number"
    assert read("320402195801010018", column("code", check="resident_id")) == "resident_id.checksum"


def test_a_listed_code_without_its_zero_says_so():
    codes = {"03": "03", "正常": "03"}
    assert read("3", column("text", codes="x"), codes=codes) == "code.lost_leading_zero"
    assert read("4", column("text", codes="x"), codes=codes) == "code.unknown"
    assert read("０３", column("text", codes="x"), codes=codes) == "03"


def test_missing_is_what_the_contract_says():
    for kind in DTYPES:
        for cell in ["", " ", "-", "—", "…", "NaN", "NULL", "　NULL "]:
            assert read(cell, column(kind)) is None
    # A mark that is longer than most words is known as well.
    parsed = parse(pl.Series(["（本年度未填写）"]), column("text"), None, ["（本年度未填写）"], False, AS_OF)
    assert parsed.values.to_list() == [None]


CELLS = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="0123456789.,-/年月日 民国一二十百万亿%()Ee+元〇零", max_size=14),
    st.dates().map(str),
    st.floats().map(str),
    st.integers().map(str),
)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=30), kind=st.sampled_from(sorted(DTYPES)), by_rule=st.booleans())
def test_any_text_is_missing_or_typed_or_has_one_reason(cells, kind, by_rule):
    raw = pl.Series(cells, dtype=pl.String)
    parsed = parse(raw, column(kind, ALL_RULES if by_rule else None), None, MISSING, False, AS_OF)
    assert parsed.values.dtype == DTYPES[kind]
    assert parsed.values.len() == len(cells)
    assert parsed.bad_rows.is_unique().all()
    assert set(parsed.bad_reasons) <= set(REASONS)
    if kind not in ("text", "code"):  # there a bad cell keeps its text until its row is rejected
        assert parsed.values.gather(parsed.bad_rows).null_count() == parsed.bad_rows.len()
    # A null without a reason is a missing mark or an open end.
    unnamed = parsed.values.is_null() & ~pl.Series(range(len(cells))).is_in(parsed.bad_rows.to_list())
    for cell in raw.filter(unnamed):
        bare = plain_text(pl.Series([cell.strip()])).item().strip()
        assert bare in MISSING or "9999" in bare or "0000" in bare or bare in ("长期", "永久", "长期有效")


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=30))
def test_text_in_its_plain_form_stays_as_it_is(cells):
    once = plain_text(pl.Series(cells, dtype=pl.String))
    assert plain_text(once).to_list() == once.to_list()


SIGNS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A number below 10**8 in Chinese, as the rule has it."""
    if number >= 10_000:
        rest = number % 10_000
        return numeral(number // 10_000) + "万" + (("零" if rest < 1000 else "") + numeral(rest) if rest else "")
    text, gap = "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap and text else "") + SIGNS[digit] + sign
            gap = False
        else:
            gap = True
    return text


@given(number=st.integers(1, 99_999_999))
def test_numerals_are_read_back(number):
    assert read_numeral(pl.Series([numeral(number)])).item() == number
    assert read_numeral(pl.Series(["".join(SIGNS[int(digit)] for digit in str(number))])).item() == number


# -- moments that are counted, and the end of a day --------------------------------------------------------------------


@given(st.datetimes(datetime.combine(date(2002, 1, 1), time()), datetime.combine(date(2033, 1, 1), time())))
def test_milliseconds_since_1970_are_read_where_the_contract_lets_them_in(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    cell = str(round((moment.replace(tzinfo=SHANGHAI).timestamp()) * 1000))
    assert read(cell, column("timestamp", ["epoch_milliseconds"])) == moment
    assert read(cell, column("timestamp")) == "value.epoch_milliseconds"


@given(st.dates(date(1950, 1, 1), date(2100, 12, 30)), st.sampled_from([" 24:00:00", " 24:00", "T24:00:00"]))
def test_the_end_of_a_day_is_the_midnight_that_begins_the_next(day: date, end: str) -> None:
    assert read(f"{day}{end}", column("timestamp")) == datetime.combine(day + timedelta(days=1), time())


@pytest.mark.parametrize(
    "cell", ["2025-09-30 24:00:01", "2025-09-30 25:00:00", "2025-02-30 24:00:00", "1759190400", "17591904000000"]
)
def test_what_only_looks_like_a_moment_is_none(cell: str) -> None:
    assert read(cell, column("timestamp", ["epoch_milliseconds"])) == "value.not_timestamp"


@pytest.mark.parametrize("cell", ["突破9500", "将近300", "接近12.5", "约9500", "9500左右", "超300"])
def test_about_so_many_is_no_number(cell: str) -> None:
    assert read(cell, column("decimal")) == "value.approximate"


def test_lost_digits_are_never_guessed() -> None:
    assert read("?.5", column("decimal")) == "value.not_decimal"


@pytest.mark.parametrize(
    ("cell", "value"), [("已接入", True), ("已联网", True), ("待接入", False), ("未接入", False), ("未联网", False)]
)
def test_words_for_connected_are_yes_and_no(cell: str, value: bool) -> None:
    assert read(cell, column("boolean")) is value
