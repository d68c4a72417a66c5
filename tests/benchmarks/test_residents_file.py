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
def residents():
    """The module that writes the file."""
    spec = importlib.util.spec_from_file_location("residents", HERE / "residents.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(residents, tmp_path_factory) -> dict[str, Path]:
    """The file in both encodings."""
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


def test_a_spoilt_file_has_its_bad_rows_on_top_of_the_usual_dirt(residents, files, tmp_path):
    path = tmp_path / "spoilt.csv"
    residents.write_residents(path, ROWS, bad_rows=0.1)
    contracts = load_contracts(HERE / "contracts")
    contract = contracts.datasets["bench__residents"]
    staged = stage_file(path, contract, contracts.codes, "bench", tmp_path, file_name="residents.csv")
    assert staged.rows_in_file == ROWS + 1
    reasons = dict(pl.read_parquet(staged.rejects)["reason_code"].value_counts().iter_rows())
    assert reasons["row.too_short"] == pytest.approx(0.025 * ROWS, rel=0.2)
    assert reasons["value.not_timestamp"] == pytest.approx(0.025 * ROWS, rel=0.2)
    assert staged.rows_rejected == pytest.approx(0.122 * ROWS, rel=0.1)
