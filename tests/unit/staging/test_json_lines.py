"""JSON lines: every line ends in one place, wherever the blocks are cut."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from citylake.contracts import load_contracts
from citylake.settings import PACKAGE
from citylake.staging.engine import stage_file

CONTRACTS = load_contracts(PACKAGE / "contracts")
CARDS = CONTRACTS.datasets["human_resources__electronic_card_issuance"]


def line(number: int) -> str:
    values = {
        "issue_id": f"Q{number:06d}", "person_no": f"P{number:06d}", "resident_id": "320402195801010017",
        "issue_type_code": "签发", "issued_at": "2025-09-30 01:02:03", "issuing_division_code": "320402",
    }  # fmt: skip
    headers = {name: column.header for name, column in CARDS.columns.items()}
    return json.dumps({header: values.get(name) for name, header in headers.items()}, ensure_ascii=False)


@pytest.mark.parametrize("blocks", [1, 2, 3])
@pytest.mark.parametrize("end", ["", "\n"])
def test_no_line_is_lost_when_the_file_is_a_whole_number_of_blocks(tmp_path: Path, blocks: int, end: str) -> None:
    data = ("\n".join(line(number) for number in range(6)) + end).encode()
    data += b" " * (-len(data) % blocks) if not end else b""
    path = tmp_path / "电子社保卡签发日志_20250930.jsonl"
    path.write_bytes(data)
    block_bytes = len(data) // blocks
    staged = stage_file(path, CARDS, CONTRACTS.codes, "d-1", tmp_path, file_name=path.name, block_bytes=block_bytes)
    accepted = pl.concat([pl.read_parquet(part) for part in staged.parts])
    assert (staged.rows_accepted, staged.rows_rejected) == (6, 0)
    assert accepted["line_number"].to_list() == [1, 2, 3, 4, 5, 6]
