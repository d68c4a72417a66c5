"""Readers: a file of any form becomes blocks of text columns under the contract's names, each row with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from citylake.contracts import Contract
from citylake.staging.reading.block import Block, Reading
from citylake.staging.reading.delimited import read_delimited
from citylake.staging.reading.json_lines import read_json_lines
from citylake.staging.reading.parquet import read_parquet
from citylake.staging.reading.workbook import read_workbook


class Reader(Protocol):
    def __call__(self, path: Path, contract: Contract, reading: Reading) -> Iterator[Block]: ...


READERS: dict[str, Reader] = {
    "csv": read_delimited,
    "jsonl": read_json_lines,
    "parquet": read_parquet,
    "xlsx": read_workbook,
    "xls": read_workbook,
}

__all__ = ["READERS", "Block", "Reading"]
