"""The second count of text: physical lines, found in the raw bytes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import load_contracts
from citylake.errors import FileRefused
from citylake.settings import PACKAGE
from citylake.staging import counting, engine
from citylake.staging.counting import SecondCount
from citylake.staging.counting import lines as counting_lines
from samples.residents_file import HEADER, row

CONTRACTS = load_contracts(PACKAGE / "contracts")
RESIDENTS = CONTRACTS.datasets["public_security__resident_register"]
ENCODINGS = {"utf-8": "utf-8", "gb18030": "gb18030", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}


def lines_of(text: str) -> int:
    """The plain rule: LF, CR LF and CR each end a line; what stands behind the last one is a line too."""
    parts = re.split("\r\n|\n|\r", text)
    return len(parts) - (parts[-1] == "")


@settings(deadline=None, max_examples=60)
@given(
    text=st.text(alphabet='a\r\n"上਍਀ഊ', max_size=40),
    encoding=st.sampled_from(list(ENCODINGS)),
    buffer=st.sampled_from([4, 8, 4096]),
    piece=st.sampled_from([1, 3, 4096]),
)
def test_lines_are_counted_as_by_the_plain_rule(tmp_path_factory, text, encoding, buffer, piece):
    path = tmp_path_factory.mktemp("lines") / "delivery.csv"
    path.write_bytes(text.encode(ENCODINGS[encoding]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting_lines, "_BUFFER_BYTES", buffer)
        patch.setattr(counting_lines, "_PIECE", piece)
        assert counting.count(path, RESIDENTS, encoding).number == lines_of(text)


@pytest.mark.parametrize(("mark", "encoding"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le")])
def test_a_byte_order_mark_is_no_line(tmp_path, mark, encoding):
    path = tmp_path / "delivery.csv"
    path.write_bytes("".encode(mark))
    assert counting.count(path, RESIDENTS, encoding).number == 0


def test_rows_that_do_not_cover_the_lines_of_the_file_refuse_it(tmp_path, monkeypatch):
    path = tmp_path / "delivery.csv"
    path.write_bytes(f"{HEADER}\n{row()}\n".encode("gb18030"))
    monkeypatch.setattr(engine, "count", lambda *_: SecondCount("lines", 3, "a line more than there is"))
    with pytest.raises(FileRefused) as refusal:
        engine.stage_file(path, RESIDENTS, CONTRACTS.codes, "d-1", tmp_path, file_name="户籍.csv")
    assert refusal.value.rule == "file.rows_unbalanced"


def test_a_record_that_runs_over_lines_covers_all_of_them(tmp_path):
    path = tmp_path / "delivery.csv"
    path.write_bytes("\n".join([HEADER, row(address='"一\n二\n三"'), "", row(1) + ",多", row(2)]).encode("gb18030"))
    staged = engine.stage_file(path, RESIDENTS, CONTRACTS.codes, "d-1", tmp_path, file_name="户籍.csv")
    assert staged.second_count.number == 7
    assert staged.rows_in_file == 5
    assert staged.reading.lines_beyond_rows == 2
