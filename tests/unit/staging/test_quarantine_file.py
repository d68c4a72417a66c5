"""The quarantine of a large delivery goes to disk as it grows, and reads as if it had been written at once."""

from __future__ import annotations

import polars as pl
import pytest

from citylake.contracts import load_contracts
from citylake.settings import PACKAGE
from citylake.staging import quarantine_file
from citylake.staging.engine import stage_file
from samples.residents_file import row, text

CONTRACTS = load_contracts(PACKAGE / "contracts")
RESIDENTS = CONTRACTS.datasets["public_security__resident_register"]


@pytest.mark.parametrize("rows_in_memory", [0, 3, 100_000])
def test_the_quarantine_is_the_same_whatever_is_kept_in_memory(tmp_path, monkeypatch, rows_in_memory):
    monkeypatch.setattr(quarantine_file, "_ROWS_IN_MEMORY", rows_in_memory)
    bad = [row(n, resident_id="320402195801010018") if n % 3 else row(n, birth="昨天") for n in range(1, 60)]
    path = tmp_path / "delivery.csv"
    path.write_bytes(text(*bad, "", "R1,短", row(99)).encode("gb18030"))
    staged = stage_file(path, RESIDENTS, CONTRACTS.codes, "d-1", tmp_path, file_name="户籍.csv", block_bytes=1_000)
    found = pl.read_parquet(staged.rejects)
    assert found["line_number"].to_list() == [*range(2, 61), 62, 1, 61]
    assert found["kind"].to_list() == ["row_rejected"] * 60 + ["not_record"] * 2
    assert (staged.rows_rejected, staged.rows_accepted) == (60, 1)
