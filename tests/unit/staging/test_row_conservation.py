"""Law 1: rows in the file = accepted + rejected + not records, each with its reason, whatever the bytes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import load_contracts
from citylake.contracts.reasons import REASONS
from citylake.errors import FileRefused
from citylake.settings import PACKAGE
from citylake.staging.engine import Staged, stage_file
from samples.residents_file import GOOD_ID, HEADER, Line, row

CONTRACTS = load_contracts(PACKAGE / "contracts")
RESIDENTS = CONTRACTS.datasets["public_security__resident_register"]

NAMES = st.text(alphabet="王李張欧阳娜𠮷䶮·・", min_size=1, max_size=4)
GOOD = st.builds(
    lambda name, address: Line(row(name=name, address=address), 1 + address.count("\n"), "accepted"),
    NAMES,
    st.sampled_from(["常州市天宁区", '"红梅街道, 12号"', '"一行\n两行"', '"他说""好"""', '"三\n四\n五"', ""]),
)
BAD = st.sampled_from(
    [
        Line(row(resident_id="320402195801010018"), 1, "resident_id.checksum"),
        Line(row(resident_id="320402195802300012"), 1, "resident_id.birth_date"),
        Line(row(resident_id=""), 1, "value.missing"),
        Line(row(birth="1958-02-30"), 1, "value.not_date"),
        Line(row(status="不知道"), 1, "code.unknown"),
        Line("R000001," + GOOD_ID, 1, "row.too_short"),
        Line(row() + ",多", 1, "row.too_long"),
        Line("合计,2" + "," * 14, 1, "not_record"),
        Line("制表人：张三" + "," * 15, 1, "not_record"),
        Line("", 1, "not_record"),
    ]
)


def stage(data: bytes, block_bytes: int) -> tuple[Staged, pl.DataFrame, pl.DataFrame]:
    """Stages a file; gives the result, the accepted rows and the quarantine."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.csv"
        path.write_bytes(data)
        staged = stage_file(
            path, RESIDENTS, CONTRACTS.codes, "d-1", Path(folder), file_name="户籍.csv", block_bytes=block_bytes
        )
        accepted = pl.concat([pl.read_parquet(part) for part in staged.parts]) if staged.parts else pl.DataFrame()
        return staged, accepted, pl.read_parquet(staged.rejects) if staged.rejects else pl.DataFrame()


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.one_of(GOOD, GOOD, GOOD, BAD), min_size=1, max_size=40),
    block_bytes=st.sampled_from([300, 1_000, 32 * 1024 * 1024]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_record_of_a_file_ends_in_one_place_under_its_own_line(
    lines: list[Line], block_bytes: int, line_end: str
) -> None:
    lines = [*lines, Line(row(), 1, "accepted")]
    data = line_end.join([HEADER, *(line.text.replace("\n", line_end) for line in lines)]) + line_end

    staged, accepted, quarantine = stage(data.encode("gb18030"), block_bytes)

    expected: dict[str, list[int]] = {"accepted": [], "not_record": [1], "rejected": []}
    number, reasons = 2, {}
    for line in lines:
        fate = line.fate if line.fate in expected else "rejected"
        expected[fate].append(number)
        reasons[number] = line.fate
        number += line.lines
    assert staged.rows_in_file == len(lines) + 1
    assert (staged.rows_accepted, staged.rows_rejected, staged.rows_not_records) == tuple(
        len(expected[fate]) for fate in ("accepted", "rejected", "not_record")
    )
    assert accepted["line_number"].to_list() == expected["accepted"]
    rejected = quarantine.filter(kind="row_rejected")
    assert sorted(set(rejected["line_number"])) == expected["rejected"]
    assert sorted(quarantine.filter(kind="not_record")["line_number"]) == expected["not_record"]
    assert all(reason == reasons[line] for line, reason in rejected.select("line_number", "reason_code").iter_rows())
    assert set(quarantine["reason_code"]) <= set(REASONS)


@settings(max_examples=200, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda tail: (HEADER + "\n" + row() + "\n").encode("gb18030") + tail),
        st.text(max_size=200).map(lambda tail: (HEADER + "\n" + row() + "\n" + tail).encode("gb18030", "ignore")),
    ),
    block_bytes=st.sampled_from([64, 4096]),
)
def test_whatever_the_bytes_a_file_is_accounted_for_or_refused_with_a_reason(data: bytes, block_bytes: int) -> None:
    try:
        staged, accepted, quarantine = stage(data, block_bytes)
    except FileRefused as refusal:
        assert refusal.rule in REASONS
        assert refusal.action
        return
    rejected = quarantine.filter(kind="row_rejected")["line_number"].n_unique() if quarantine.height else 0
    aside = quarantine.filter(kind="not_record").height if quarantine.height else 0
    assert (staged.rows_accepted, staged.rows_rejected, staged.rows_not_records) == (accepted.height, rejected, aside)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 2_000), rows=st.integers(2, 12))
def test_a_file_cut_anywhere_is_never_taken_for_a_whole_one_with_a_damaged_last_row(cut: int, rows: int) -> None:
    data = ("\n".join([HEADER, *(row(n) for n in range(rows))]) + "\n").encode("gb18030")
    cut_data = data[: max(1, len(data) - cut)]
    try:
        staged, accepted, _ = stage(cut_data, 4096)
    except FileRefused as refusal:
        assert refusal.rule in REASONS
        return
    whole_lines = cut_data.count(b"\n") + (not cut_data.endswith(b"\n"))
    assert staged.rows_in_file == whole_lines
    assert accepted.height == whole_lines - 1
