"""Fixed width: positions in bytes or characters; a line that has slipped is named, its neighbours are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import Contract
from citylake.errors import FileRefused
from samples.forms import contract, stage

WIDTHS = {"item_id": 6, "item_name": 12, "amount_cny": 8, "stat_date": 10}


def terms(counts: str, encoding: str) -> Contract:
    columns, start = {}, 1
    for name, width in WIDTHS.items():
        columns[name] = {"position": [start, width]}
        start += width
    return contract({"type": "fixed", "counts": counts, "encodings": [encoding]}, columns=columns)


def line(cells: tuple[str, ...], counts: str, encoding: str) -> str:
    padded = ""
    for cell, width in zip(cells, WIDTHS.values(), strict=True):
        size = len(cell.encode(encoding)) if counts == "bytes" else len(cell)
        padded += cell + " " * (width - size)
    return padded


def row(number: int, name: str = "甲") -> tuple[str, ...]:
    return (f"A-{number}", name, "1.5", "2025-09-01")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("counts", ["bytes", "characters"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fields_are_cut_as_the_contract_counts(tmp_path: Path, encoding: str, counts: str, end: str) -> None:
    lines = [line(row(n, name), counts, encoding) for n, name in enumerate(["甲乙丙", "𠮷", "a甲", ""])]
    path = tmp_path / "清单.txt"
    path.write_bytes(end.join(lines).encode(encoding))
    outcome = stage(path, terms(counts, encoding))
    assert outcome.accepted["item_name"].to_list() == ["甲乙丙", "𠮷", "a甲", None]
    assert outcome.accepted["line_number"].to_list() == [1, 2, 3, 4]
    assert outcome.staged.second_count is not None
    assert outcome.staged.second_count.number == 4


def test_short_long_slipped_and_blank_lines_are_named_one_by_one(tmp_path: Path) -> None:
    good = line(row(1), "bytes", "gb18030").encode("gb18030")
    slipped = good.replace("甲".encode("gb18030"), "a甲乙丙丁戊己".encode("gb18030"))[: len(good)]
    lines = [good, good[:20], good + b"more", slipped, b"", good.replace(b"A-1", b"A-2") + b"   "]
    path = tmp_path / "清单.txt"
    path.write_bytes(b"\n".join(lines) + b"\n")
    outcome = stage(path, terms("bytes", "gb18030"))
    assert [(number, reason) for _, number, _, reason in outcome.reasons] == [
        (2, "row.too_short"),
        (3, "row.too_long"),
        (4, "row.misaligned"),
    ]
    assert outcome.accepted["line_number"].to_list() == [1, 6]
    assert outcome.aside == [(5, "row.blank")]


def test_halves_of_characters_that_pass_for_others_are_found(tmp_path: Path) -> None:
    good = line(row(1, "甲乙丙丁戊己"), "bytes", "gb18030").encode("gb18030")
    # The name has slipped by one byte to the left, and still decodes from its first position to its last.
    slipped = b"A-2  " + "甲乙丙丁戊己庚".encode("gb18030") + good[19:]
    path = tmp_path / "清单.txt"
    path.write_bytes(good + b"\n" + slipped + b"\n")
    outcome = stage(path, terms("bytes", "gb18030"))
    assert [(number, reason) for _, number, _, reason in outcome.reasons] == [(2, "row.misaligned")]


def test_a_file_cut_in_its_last_line_is_refused(tmp_path: Path) -> None:
    whole = "\n".join(line(row(n), "bytes", "gb18030") for n in (1, 2)).encode("gb18030")
    path = tmp_path / "清单.txt"
    path.write_bytes(whole[:-9])
    with pytest.raises(FileRefused) as refused:
        stage(path, terms("bytes", "gb18030"))
    assert (refused.value.rule, refused.value.line) == ("file.truncated", 2)


def test_a_header_is_known_by_its_words(tmp_path: Path) -> None:
    path = tmp_path / "清单.txt"
    cells = [("编号", "名称", "金额", "日期"), row(1)]
    path.write_text("\n".join(line(one, "characters", "utf-8") for one in cells), encoding="utf-8")
    outcome = stage(path, terms("characters", "utf-8"))
    assert outcome.aside == [(1, "row.header")]
    assert outcome.accepted["line_number"].to_list() == [2]


@settings(max_examples=60, deadline=None)
@given(names=st.lists(st.text(alphabet="甲乙𠮷a ", max_size=3), min_size=1, max_size=20))
def test_every_line_ends_in_one_place(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    path = tmp_path_factory.mktemp("fixed") / "清单.txt"
    lines = [line(row(n, name), "bytes", "gb18030") for n, name in enumerate(names)]
    path.write_bytes("\n".join(lines).encode("gb18030"))
    outcome = stage(path, terms("bytes", "gb18030"))
    assert outcome.accepted["item_name"].fill_null("").to_list() == [name.strip() for name in names]
