"""Rows counted a second way: by what the bytes show, without a line of code in common with the readers.

The engine compares: what was accepted, rejected and set aside must cover what is counted here, or the file is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from citylake.contracts import Contract
from citylake.staging.counting.lines import count_lines
from citylake.staging.counting.records import count_json, count_parquet
from citylake.staging.counting.second_count import SecondCount
from citylake.staging.counting.workbooks import count_workbook

Counter = Callable[[Path, Contract, str | None], SecondCount]

# One for each form; a counter takes the unpacked file, its contract and the encoding that the reader found.
COUNTERS: dict[str, Counter] = {
    "csv": count_lines,
    "jsonl": count_lines,
    "fixed": count_lines,
    "xlsx": count_workbook,
    "xls": count_workbook,
    "ods": count_workbook,
    "json": count_json,
    "parquet": count_parquet,
}


def count(path: Path, contract: Contract, encoding: str | None) -> SecondCount | None:
    """Rows of a file as its bytes show them; None for a form whose rows are counted in one way only."""
    counter = COUNTERS.get(contract.form.type)
    return counter(path, contract, encoding) if counter else None


__all__ = ["COUNTERS", "SecondCount", "count"]
