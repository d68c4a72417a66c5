"""The law of rows, in every form: rows in the file = accepted + rejected + not records, each with its reason.

Files are made by grammar with one fault each, or are damaged at random. What stands in a file is known here by
construction, or counted by a loop over its bytes; nothing of staging is used to count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citylake.staging.reading.workbook import SHARED_READER
from samples import roster
from samples.seeing import Seen, see

TEXT = ("csv", "tsv", "utf-16", "gb18030")
LINES = (*TEXT, "jsonl", "fixed", "zip", "gzip")
BOOKS = ("xlsx", "xls", "ods")
# Forms whose reading is dear (a child process) get fewer cases; CITYLAKE_CASES=20 makes it twenty times as many.
TIMES = int(os.environ.get("CITYLAKE_CASES", "1"))
CASES = {form: TIMES * (8 if form in BOOKS else 20) for form in roster.FORMS}
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.fixture(scope="module", autouse=True)
def _workbook_reader() -> Iterator[None]:
    yield
    SHARED_READER.close()


@dataclass(frozen=True)
class Mutation:
    """One wrong cell: the column, what stands there, and the reason it is sent back for."""

    column: str
    value: str
    reason: str


WRONG_ID = "320402195801010018"
MUTATIONS = [
    Mutation("resident_id", WRONG_ID, "resident_id.checksum"),
    Mutation("resident_id", "32040219580101001", "resident_id.length"),
    Mutation("resident_id", "320402195802300012", "resident_id.birth_date"),
    Mutation("resident_id", "990402195801010017", "resident_id.area"),
    Mutation("resident_id", "", "value.missing"),
    Mutation("card_no", "", "value.missing"),
    Mutation("person_name", "", "value.missing"),
    Mutation("person_name", "—", "value.missing"),
    Mutation("sex", "不详", "code.unknown"),
    Mutation("issued_date", "2025-02-30", "value.not_date"),
    Mutation("issued_date", "昨天", "value.not_date"),
    Mutation("amount_cny", "12.5.0", "value.not_decimal"),
    Mutation("division_code", "320499", "division.unknown"),
]
ALPHABET = "常州市民卡𠮷䶮ab12;|'"


def remarks(form: str) -> st.SearchStrategy[str]:
    """Free text that a form can hold: delimiters, quotes and line ends where they can be written."""
    if form == "fixed":
        return st.text("常州市民卡ab12", max_size=6)
    more = ',"\t' + ("\n" if form not in (*BOOKS, "parquet") else "")
    return st.text(ALPHABET + more, max_size=8)


@st.composite
def registers(draw: st.DrawFn, form: str) -> list[roster.Row]:
    count = draw(st.integers(2, 12))
    names = st.text("王李張欧阳娜" + ("𠮷䶮" if form != "fixed" else ""), min_size=1, max_size=3)
    return [roster.row(number, person_name=draw(names), remark=draw(remarks(form))) for number in range(1, count + 1)]


def lines_of(form: str, records: list[roster.Row]) -> list[int]:
    """The physical line (row, record) on which each record begins."""
    line, found = roster.first_line(form), []
    for record in records:
        found.append(line)
        line += 1 + (record["remark"].count("\n") if form in (*TEXT, "zip", "gzip") else 0)
    return found


def as_taken(record: roster.Row) -> tuple[object, ...]:
    """The values that an accepted row must hold."""
    remark = record["remark"].strip()
    return (
        record["card_no"],
        record["resident_id"],
        record["person_name"],
        "1",
        date(2025, 9, 1),
        12.5,
        "320402",
        remark or None,
    )


def taken(seen: Seen) -> dict[int, tuple[object, ...]]:
    rows = seen.accepted.select("line_number", *roster.COLUMNS).rows()
    return {line: tuple(values) for line, *values in rows}


def sent_back(seen: Seen) -> list[tuple[int, str, str]]:
    found = seen.quarantine.filter(kind="row_rejected")
    return found.select("line_number", "column_name", "reason_code").rows()


@pytest.mark.parametrize("form", roster.FORMS)
def test_one_wrong_cell_sends_back_its_row_alone(form: str) -> None:
    @settings(max_examples=TIMES * (1 if form in BOOKS else 2), deadline=None, suppress_health_check=QUIET)
    @given(records=registers(form), place=st.integers(0, 11))
    def check(records: list[roster.Row], place: int) -> None:
        # Every mutation each time, one a file: which ones are tried is not left to chance.
        for number, mutation in enumerate(MUTATIONS, place):
            bad = number % len(records)
            written = [
                record | ({mutation.column: mutation.value} if n == bad else {}) for n, record in enumerate(records)
            ]
            seen = see(roster.write(form, written), roster.contract(form))
            lines = lines_of(form, records)
            good = {line: as_taken(one) for n, (line, one) in enumerate(zip(lines, records, strict=True)) if n != bad}
            assert taken(seen) == good
            assert sent_back(seen) == [(lines[bad], mutation.column, mutation.reason)]
            assert_balanced(seen, rows=len(records) + roster.first_line(form) - 1)

    check()


@pytest.mark.parametrize("form", roster.FORMS)
def test_a_key_delivered_twice_sends_back_the_second_row(form: str) -> None:
    records = [*roster.rows(4), roster.row(2, remark="again"), roster.row(9)]
    seen = see(roster.write(form, records), roster.contract(form))
    line = roster.first_line(form)
    assert sent_back(seen) == [(line + 4, "card_no", "key.duplicate")]
    assert list(taken(seen)) == [line, line + 1, line + 2, line + 3, line + 5]


BAD_LINES = [
    ("short", "rejected", "row.too_short"),
    ("long", "rejected", "row.too_long"),
    ("合计", "not_record", "row.total"),
    ("制表人：张三", "not_record", "row.footer"),
    ("注: 按月发放", "not_record", "row.note"),
    ("blank", "not_record", "row.blank"),
]


@settings(max_examples=40 * TIMES, deadline=None, suppress_health_check=QUIET)
@given(
    form=st.sampled_from(TEXT),
    line=st.sampled_from(BAD_LINES),
    place=st.integers(1, 12),
    end=st.sampled_from(["\n", "\r\n"]),
    block_bytes=st.sampled_from([200, 32 << 20]),
    data=st.data(),
)
def test_one_wrong_line_stands_for_itself(
    form: str, line: tuple[str, str, str], place: int, end: str, block_bytes: int, data: st.DataObject
) -> None:
    records = data.draw(registers(form))
    what, kind, reason = line
    delimiter, cells = ("\t" if form == "tsv" else ","), roster.table(records)
    inner = [[cell.replace("\n", end) for cell in row] for row in cells]
    blank = [[""] * 8, [what, *[""] * 7], list(records[0].values())[:5], [*records[0].values(), "多"]]
    fault = blank[{"blank": 0, "short": 2, "long": 3}.get(what, 1)]
    at = min(place, len(inner))
    text = roster.csv_text([*inner[:at], fault, *inner[at:]], delimiter, end)
    seen = see(encoded(form, text), roster.contract(form), block_bytes=block_bytes)

    lines = lines_of(form, records)
    below = lines[-1] + 1 + records[-1]["remark"].count("\n")
    bad = [*lines, below][at - 1]
    fault_lines = roster.csv_text([fault], delimiter, "\n").count("\n")
    expected = [number + (fault_lines if number >= bad else 0) for number in lines]
    assert sorted(taken(seen)) == expected
    found = seen.quarantine.filter(kind="row_rejected" if kind == "rejected" else kind)
    assert (bad, reason) in found.select("line_number", "reason_code").rows()
    assert seen.staged is not None
    assert seen.staged.rows_rejected == (kind == "rejected")
    assert_balanced(seen, rows=len(records) + 2)


def encoded(form: str, text: str) -> bytes:
    if form == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode("gb18030" if form == "gb18030" else "utf-8")


def assert_balanced(seen: Seen, rows: int | None = None) -> None:
    """Whether the rows add up, by the number known here and by the second count of staging itself."""
    staged = seen.staged
    assert staged is not None
    assert staged.reading is not None
    assert staged.second_count is not None
    assert staged.second_count.number == staged.rows_in_file + staged.reading.lines_beyond_rows
    if rows is not None:
        assert staged.rows_in_file == rows


# -- whatever the bytes ----------------------------------------------------------------------------------------------


@st.composite
def damaged(draw: st.DrawFn, form: str) -> bytes:
    """Arbitrary bytes, or a good file cut, with bytes flipped, or with bytes put in."""
    whole = roster.write(form, roster.rows(draw(st.integers(1, 6))))
    how = draw(st.sampled_from(["any", "cut", "flip", "insert", "append"]))
    if how == "any":
        return draw(st.binary(max_size=300))
    at = draw(st.integers(0, len(whole) - 1))
    if how == "cut":
        return whole[:at]
    some = draw(st.binary(min_size=1, max_size=6))
    if how == "flip":
        return whole[:at] + some + whole[at + len(some) :]
    return whole[:at] + some + whole[at:] if how == "insert" else whole + some


@pytest.mark.parametrize("form", roster.FORMS)
def test_whatever_the_bytes_a_file_is_accounted_for_or_refused_with_a_reason(form: str) -> None:
    @settings(max_examples=CASES[form] * 2, deadline=None, suppress_health_check=QUIET)
    @given(data=damaged(form), block_bytes=st.sampled_from([64, 32 << 20]))
    def check(data: bytes, block_bytes: int) -> None:
        seen = see(data, roster.contract(form), block_bytes=block_bytes)
        if seen.refusal is not None:
            return
        assert_balanced(seen)
        if form in ("csv", "tsv", "gb18030", "jsonl", "fixed"):
            assert seen.staged is not None
            assert seen.staged.second_count is not None
            assert seen.staged.second_count.number == physical_lines(data)

    check()


def physical_lines(data: bytes) -> int:
    """Line ends in the bytes, and a last line without one."""
    lines, open_line, previous = 0, False, 0
    for byte in data:
        if byte == 10 and previous == 13:
            previous = byte  # CRLF ends one line
            continue
        open_line = byte not in (10, 13)
        lines += not open_line
        previous = byte
    return lines + open_line
