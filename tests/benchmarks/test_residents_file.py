"""The benchmark's file: the same rows in both encodings, and all of its dirt caught."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import polars as pl
import pytest

from citylake.contracts import load_contracts
from citylake.staging.engine import stage_file

ROWS = 20_000
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """The file in both encodings."""
    spec = importlib.util.spec_from_file_location("residents", HERE / "residents.py")
    residents = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(residents)
    folder = tmp_path_factory.mktemp("residents")
    paths = {encoding: folder / f"{encoding}.csv" for encoding in ("utf-8", "gb18030")}
    for encoding, path in paths.items():
        residents.write_residents(path, ROWS, encoding)
    return paths


def test_both_encodings_hold_the_same_text(files):
    texts = {path.read_bytes().decode(encoding) for encoding, path in files.items()}
    assert len(texts) == 1
    assert len(list(csv.reader(texts.pop().splitlines(keepends=True)))) == ROWS + 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_dirt_is_caught_and_every_row_accounted_for(files, encoding, tmp_path):
    contracts = load_contracts(HERE / "contracts")
    contract = contracts.datasets["bench__residents"]
    staged = stage_file(files[encoding], contract, contracts.codes, "bench", tmp_path, file_name="residents.csv")
    assert staged.rows_in_file == ROWS + 1
    reasons = pl.read_parquet(staged.rejects)["reason_code"].value_counts()
    found = dict(reasons.iter_rows())
    assert found.keys() == {"row.header", "resident_id.checksum", "value.missing", "value.pattern"}
    assert found["resident_id.checksum"] == pytest.approx(0.02 * ROWS, rel=0.2)
    assert found["value.missing"] == pytest.approx(0.005 * ROWS, rel=0.3)
    assert staged.rows_rejected == found["resident_id.checksum"] + found["value.missing"]
