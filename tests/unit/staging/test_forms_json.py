"""JSON documents and JSON lines: every digit kept, nothing won by the last of two keys, memory bounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import json_document
from samples.forms import contract, stage

DOCUMENT = {"type": "json", "records": "data.rows"}
LIST = {"type": "json"}
LINES = {"type": "jsonl"}
NAMES = st.text(alphabet='甲乙𠮷a"\\[]{},: /', max_size=8)


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def record(item: Any, **more: Any) -> dict[str, Any]:
    return {"编号": item, "名称": "甲", "金额": 1.5, "日期": "2025-09-01"} | more


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def refused(path: Path, terms: Contract) -> FileRefused:
    with pytest.raises(FileRefused) as found:
        stage(path, terms)
    return found.value


def test_records_are_found_at_the_end_of_their_path_and_numbered_from_one(tmp_path: Path) -> None:
    document = {
        "data": {"rows.": [1], "other": {"rows": [{"编号": "no"}]}, "rows": [record("A-1"), record("A-2")]},
        "n": 2,
    }
    outcome = stage(write(tmp_path / "清单.json", json.dumps(document, indent=2)), contract(DOCUMENT))
    assert outcome.accepted.select("item_id", "line_number").rows() == [("A-1", 1), ("A-2", 2)]
    assert outcome.staged.second_count is not None
    assert outcome.staged.second_count.unit == "records"


@pytest.mark.parametrize("form", [LIST, LINES])
def test_long_numbers_keep_every_digit(tmp_path: Path, form: dict[str, str]) -> None:
    numbers = [2**53 + 1, 320402195801010017, 2**64, 10**30 + 1]
    rows = [record(number, 金额=0.1) for number in numbers]
    text = dumped(rows) if form is LIST else "\n".join(map(dumped, rows))
    outcome = stage(write(tmp_path / "清单", text), contract(form))
    assert outcome.accepted["item_id"].to_list() == [str(number) for number in numbers]


@pytest.mark.parametrize("form", [LIST, LINES])
def test_a_key_twice_in_one_record_rejects_that_record(tmp_path: Path, form: dict[str, str]) -> None:
    rows = [dumped(record("A-1")), dumped(record("A-2"))[:-1] + ', "金额": 9}', dumped(record("A-3"))]
    text = f"[{','.join(rows)}]" if form is LIST else "\n".join(rows)
    outcome = stage(write(tmp_path / "清单", text), contract(form))
    assert outcome.accepted["item_id"].sort().to_list() == ["A-1", "A-3"]
    assert outcome.reasons == [(None, 2, None, "row.doubled_key")]


def test_a_key_twice_hidden_by_escapes_or_by_a_missing_one_is_found(tmp_path: Path) -> None:
    rows = [
        json.dumps(record("A-1"))[:-1] + ', "金额": 9}',
        '{"编号": "A-2", "名称": "甲", "金额": 1, "金额": 2}',
        dumped(record("A-3")),
    ]
    outcome = stage(write(tmp_path / "清单", "\n".join(rows)), contract(LINES))
    assert [line for _, line, _, _ in outcome.reasons] == [1, 2]


@pytest.mark.parametrize(
    "bad", ["5", "[1]", '"text"', "null", '{"编号": "A-2", "名称": "\\ud83d"}', '{"编号": 1 2}', '{"编号": 01}']
)
@pytest.mark.parametrize("form", [LIST, LINES])
def test_what_is_no_object_is_rejected_by_its_number(tmp_path: Path, form: dict[str, str], bad: str) -> None:
    rows = [dumped(record("A-1")), bad, dumped(record("A-3"))]
    is_broken = form is LIST and bad in ('{"编号": 1 2}', '{"编号": 01}')
    path = write(tmp_path / "清单", f"[{','.join(rows)}]" if form is LIST else "\n".join(rows))
    if is_broken:  # a document is one text: it is JSON or it is not
        assert refused(path, contract(form)).rule == "file.unreadable"
        return
    outcome = stage(path, contract(form))
    assert outcome.reasons == [(None, 2, None, "row.not_json")]
    assert outcome.accepted["line_number"].sort().to_list() == [1, 3]


def test_a_line_ten_thousand_deep_is_one_bad_line(tmp_path: Path) -> None:
    rows = [dumped(record("A-1")), "[" * 10_000 + "]" * 10_000, dumped(record("A-3"))]
    assert stage(write(tmp_path / "清单", "\n".join(rows)), contract(LINES)).reasons == [
        (None, 2, None, "row.not_json")
    ]


def test_a_document_ten_thousand_deep_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "清单", "[" * 10_000 + "]" * 10_000), contract(LIST)).rule == "file.too_deep"


def test_not_a_number_is_missing_in_a_line_and_no_json_in_a_document(tmp_path: Path) -> None:
    line = dumped(record("A-1")).replace("1.5", "NaN")
    assert stage(write(tmp_path / "行", line), contract(LINES)).accepted["amount_cny"].to_list() == [None]
    found = refused(write(tmp_path / "文档", f"[{line}]"), contract(LIST))
    assert (found.rule, found.line) == ("file.unreadable", 1)
    assert "NaN" in found.text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"data": {"rows": [{"编号": "A-1"', "file.truncated"),
        (f'{{"data": {{"rows": [{dumped(record("A-1"))}]', "file.truncated"),
        ('{"data": {"rows": [{"编号": "A', "file.truncated"),
        ('{"data": {"other": []}}', "file.records_missing"),
        ('{"data": {"rows": {}}}', "file.records_missing"),
        ("[]", "file.records_missing"),
    ],
)
def test_a_document_without_its_end_or_its_list_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    assert refused(write(tmp_path / "清单.json", text), contract(DOCUMENT)).rule == rule


def test_nothing_may_follow_a_document(tmp_path: Path) -> None:
    text = dumped([record("A-1")])
    assert refused(write(tmp_path / "清单.json", text + text), contract(LIST)).rule == "file.trailing_bytes"


def test_a_value_of_two_megabytes_is_refused_by_its_record(tmp_path: Path) -> None:
    rows = [record("A-1"), record("A-2", 名称="长" * 700_000)]
    found = refused(write(tmp_path / "清单.json", dumped(rows)), contract(LIST))
    assert (found.rule, found.line, found.column) == ("file.field_too_long", 2, "名称")


def test_a_key_that_first_turns_up_late_is_not_lost(tmp_path: Path) -> None:
    rows = [record(f"A-{n}") for n in range(300)] + [record("A-300", 备注="新")]
    path = write(tmp_path / "清单.json", dumped(rows))
    found = refused(path, contract(LIST))
    assert (found.rule, found.line) == ("file.column_unknown", 301)
    kept = stage(path, contract(LIST, drift={"columns": "evolve"}))
    assert kept.accepted.filter(item_id="A-300")["extra"].to_list() == ['{"备注":"新"}']
    rejected = stage(path, contract(LIST, drift={"columns": "quarantine_row"}))
    assert rejected.reasons == [(None, 301, "备注", "drift.unknown_column")]


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=12),
    indent=st.sampled_from([None, 1]),
    is_ascii=st.booleans(),
    piece=st.sampled_from([1, 7, 64, 4 * 1024 * 1024]),
)
def test_documents_cut_anywhere_in_memory_give_every_record(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], indent: int | None, is_ascii: bool, piece: int
) -> None:
    rows = [record(f"A-{n}", 名称=name) for n, name in enumerate(names)]
    text = json.dumps({"data": {"rows": rows}}, indent=indent, ensure_ascii=is_ascii)
    path = tmp_path_factory.mktemp("json") / "清单.json"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_document, "_PIECE", piece)
        outcome = stage(path, contract(DOCUMENT))
    assert outcome.staged.rows_in_file == len(names)
    assert outcome.accepted["item_id"].sort().to_list() == sorted(row["编号"] for row in rows)
