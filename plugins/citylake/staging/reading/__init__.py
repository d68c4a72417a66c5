"""Readers: a file of any form becomes blocks of text columns under the contract's names, each row with its line."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from citylake.contracts import Contract
from citylake.staging.reading.archive import Member, opened
from citylake.staging.reading.block import Block, HeaderRecord, Reading
from citylake.staging.reading.delimited import read_delimited
from citylake.staging.reading.fixed_width import read_fixed_width
from citylake.staging.reading.json_document import read_json
from citylake.staging.reading.json_lines import read_json_lines
from citylake.staging.reading.parquet import read_parquet
from citylake.staging.reading.unknown_columns import settle_unknown_columns
from citylake.staging.reading.workbook import read_workbook


class Reader(Protocol):
    def __call__(self, path: Path, contract: Contract, reading: Reading) -> Iterator[Block]: ...


READERS: dict[str, Reader] = {
    "csv": read_delimited,
    "json": read_json,
    "jsonl": read_json_lines,
    "fixed": read_fixed_width,
    "parquet": read_parquet,
    "xlsx": read_workbook,
    "xls": read_workbook,
    "ods": read_workbook,
}


def read(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of one file in the contract's form; raises FileRefused when the file as a whole cannot be taken."""
    reading.line = 1
    for block in READERS[contract.form.type](path, contract, reading):
        placed = block if block.sheet_name else replace(block, sheet_name=reading.place(None))
        yield settle_unknown_columns(placed, contract, reading)


__all__ = ["READERS", "Block", "HeaderRecord", "Member", "Reading", "opened", "read"]
