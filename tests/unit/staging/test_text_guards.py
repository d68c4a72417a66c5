"""Guards of delimited text: what cannot be read right is refused by name, with its line and byte; the rest is read."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import load_contracts
from citylake.errors import FileRefused
from citylake.settings import PACKAGE
from citylake.staging import mojibake
from citylake.staging.engine import Staged, stage_file
from citylake.staging.reading.block import Reading
from citylake.staging.reading.text_blocks import Memory, text_blocks
from samples.residents_file import GOOD_ID, HEADER, row, text

CONTRACTS = load_contracts(PACKAGE / "contracts")
RESIDENTS = CONTRACTS.datasets["public_security__resident_register"]


def contract(**form: object):
    """The register's contract with another form."""
    return RESIDENTS.model_copy(update={"form": RESIDENTS.form.model_copy(update=form)})


def stage(folder: Path, data: bytes, block_bytes: int = 32 * 1024 * 1024, **form: object) -> Staged:
    path = folder / "delivery.csv"
    path.write_bytes(data)
    kept = {"encodings": ["utf-8"], **form}
    return stage_file(
        path, contract(**kept), CONTRACTS.codes, "d-1", folder, file_name="户籍.csv", block_bytes=block_bytes
    )


def refused(folder: Path, data: bytes, **form: object) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        stage(folder, data, **form)
    return refusal.value


def quarantine(staged: Staged) -> list[tuple]:
    return sorted(pl.read_parquet(staged.rejects).select("line_number", "column_name", "reason_code").rows())


# -- delimiters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delimiter", "name"), [("\t", "制表符"), ("|", "竖线“|”"), (";", "分号“;”"), (",", "逗号“,”")]
)
def test_the_declared_delimiter_under_which_the_header_is_found_is_the_files(tmp_path, delimiter, name):
    data = text(row(), row(2)).replace(",", delimiter).encode()
    staged = stage(tmp_path, data, delimiters=[",", "\t", "|", ";"])
    assert staged.rows_accepted == 2
    assert staged.reading.evidence.endswith(f"; delimiter {name} proven by the header")


def test_an_undeclared_delimiter_is_refused_with_the_one_that_the_file_seems_to_have(tmp_path):
    refusal = refused(tmp_path, text(row()).replace(",", ";").encode(), delimiters=[",", "\t"])
    assert (refusal.rule, refusal.line) == ("file.delimiter", 1)
    assert "分号“;”" in str(refusal)
    assert "制表符" in str(refusal)


def test_a_delimiter_inside_quotes_of_a_tsv_is_text(tmp_path):
    data = text(row(address="一号@二号")).replace(",", "\t").replace("一号@二号", '"一号\t二号"').encode()
    staged = stage(tmp_path, data, delimiters=["\t"])
    assert pl.read_parquet(staged.parts)["address"].to_list() == ["一号\t二号"]


# -- line ends -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    ends=st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=3, max_size=9),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    block_bytes=st.sampled_from([256, 700, 4096]),
)
def test_line_ends_of_every_kind_also_mixed_are_read_right(tmp_path_factory, ends, encoding, block_bytes):
    folder = tmp_path_factory.mktemp("ends")
    records = [HEADER, *(row(number) for number in range(1, len(ends)))]
    data = "".join(record + end for record, end in zip(records, ends, strict=True)).encode(encoding)
    staged = stage(folder, data, block_bytes, encodings=[encoding])
    accepted = pl.read_parquet(staged.parts)
    assert accepted["line_number"].to_list() == list(range(2, len(ends) + 1))
    assert accepted["person_register_no"].to_list() == [f"R{number:06d}" for number in range(1, len(ends))]
    assert staged.second_count.number == len(ends)


# -- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b"")])
def test_a_bad_byte_is_named_by_its_place_in_the_file_whatever_the_line_ends(tmp_path, end, encoding, mark):
    good = text(*(row(number) for number in range(1, 200))).replace("\n", end).encode(encoding)
    place = good.index(b"R000150") + 3
    data = mark + good[:place] + b"\xff" + good[place:]
    refusal = refused(tmp_path, data, encodings=[encoding])
    assert refusal.rule == "file.encoding"
    assert f"第 {len(mark) + place} 字节 (0xFF)" in refusal.text
    assert refusal.line == 151


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_nul_is_named_by_its_place_in_the_file(tmp_path, end):
    data = text(row(), row(2), row(3, name="王\0明")).replace("\n", end).encode()
    refusal = refused(tmp_path, data)
    assert (refusal.rule, refusal.line) == ("file.encoding", 4)
    assert f"第 {data.index(0)} 字节" in refusal.text


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_line_ends(tmp_path, order):
    staged = stage(tmp_path, text(row(), row(2)).encode(order), encodings=["utf-8", "utf-16"])
    assert (staged.rows_accepted, staged.reading.encoding) == (2, order)


@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=60))
def test_bytes_that_are_no_text_are_refused_by_name(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("bytes")
    with pytest.raises(FileRefused):
        stage(folder, data, encodings=["utf-8", "utf-16"])


def test_utf_16_is_read_in_blocks_of_bounded_memory(tmp_path):
    path = tmp_path / "delivery.csv"
    path.write_bytes(text(*(row(number) for number in range(60_000))).encode("utf-16"))
    reading = Reading("户籍.csv", block_bytes=256 * 1024)
    gc.collect()
    tracemalloc.start()
    blocks = text_blocks(path, contract(encodings=["utf-16"]), reading)
    sizes = []
    while block := next(blocks, None):
        sizes.append(len(block.data))
        del block
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(sizes) > 20
    assert peak < 4 * 1024 * 1024


def test_text_encoded_twice_is_told_from_rare_names():
    assert mojibake.misread("姓名,王小明的地址".encode().decode("gbk", "ignore"))
    assert not mojibake.misread("濮家店村委会,滕县路,滏阳河边,常州市天宁区红梅街道")


# -- fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1_100_000, 20_000_000])
def test_a_field_over_one_megabyte_refuses_the_file_by_line_and_column(tmp_path, size):
    data = text(row(), row(2, address="长" * (size // 3)), row(3)).encode()
    path = tmp_path / "delivery.csv"
    path.write_bytes(data)
    with pytest.raises(FileRefused) as refusal:
        stage(tmp_path, data, block_bytes=2 * 1024 * 1024)
    assert (refusal.value.rule, refusal.value.line, refusal.value.column) == ("file.field_too_long", 3, "户籍详址")


def test_a_control_character_rejects_its_row_by_cell(tmp_path):
    staged = stage(tmp_path, text(row(), row(2, name="王\x07明"), row(3, address="一\x1f二")).encode())
    found = [one for one in quarantine(staged) if one[2] == "value.control_character"]
    assert (3, "person_name", "value.control_character") in found
    assert any(line == 4 for line, _, _ in found)
    assert staged.rows_accepted == 1


@pytest.mark.parametrize("lost", ["锟斤拷", "\ufffd"])
def test_text_lost_before_the_export_is_found_far_below_the_head(tmp_path, lost):
    rows = [row(number) for number in range(1, 3_000)]
    refusal = refused(tmp_path, text(*rows, row(3_000, address=f"常州{lost}"), row(3_001)).encode())
    assert (refusal.rule, refusal.line) == ("file.mojibake", 3_001)


# -- damaged rows ----------------------------------------------------------------------------------------------------

FATES = {
    "short": (f"R000009,{GOOD_ID}", "row.too_short"),
    "long": (row() + ",多", "row.too_long"),
    "blank": ("", None),
    "quoted": (row(address='"一""二"",三"'), None),
    "two lines": (row(address='"一\n二"'), None),
    "short with quotes": ('R000009,"一,二"', "row.too_short"),
    "long with quotes": (row(address='"一,""二"') + ",,", "row.too_long"),
}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(list(FATES)), min_size=1, max_size=12), st.sampled_from([200, 4096]))
def test_ragged_rows_are_told_from_whole_ones_by_their_own_bytes(tmp_path_factory, kinds, block_bytes):
    folder = tmp_path_factory.mktemp("ragged")
    staged = stage(folder, text(row(), *(FATES[kind][0] for kind in kinds), row()).encode(), block_bytes)
    line, expected, whole = 3, [], 2
    for kind in kinds:
        if FATES[kind][1]:
            expected.append((line, None, FATES[kind][1]))
        whole += FATES[kind][1] is None and kind != "blank"
        line += 1 + FATES[kind][0].count("\n")
    assert [one for one in quarantine(staged) if one[2].startswith("row.too")] == expected
    assert staged.rows_accepted == whole


def test_an_odd_quote_inside_an_unquoted_field_is_text(tmp_path):
    staged = stage(tmp_path, text(row(), row(2, address='12" 管'), "R000003,短", row(4)).encode())
    assert pl.read_parquet(staged.parts)["address"].to_list()[1] == '12" 管'
    assert staged.rows_accepted == 3


# -- memory ----------------------------------------------------------------------------------------------------------


def test_bytes_still_held_are_not_overwritten_by_the_next_read(tmp_path):
    path = tmp_path / "delivery.csv"
    path.write_bytes(b"first...second..")
    memory = Memory()
    with path.open("rb") as file:
        first = memory.read_from(file, 8)
        second = memory.read_from(file, 8)
    assert (first, second) == (b"first...", b"second..")
