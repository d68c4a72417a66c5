"""The catalogue of faults in deliveries, row by row: each is refused, rejected or read right, and none silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from citylake.staging.reading.workbook import SHARED_READER
from faults import cases_books, cases_json, cases_packed, cases_text
from faults.cases import Case
from samples import roster
from samples.seeing import see

CASES = [*cases_text.CASES, *cases_books.CASES, *cases_packed.CASES, *cases_json.CASES]


@pytest.fixture(scope="module", autouse=True)
def _workbook_reader() -> Iterator[None]:
    yield
    SHARED_READER.close()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.number} {case.fault}" for case in CASES])
def test_a_fault_of_the_catalogue(case: Case, fault: Callable[..., None]) -> None:
    seen = []

    def tell() -> str:
        seen.append(
            see(
                case.data(),
                roster.contract(case.form, **case.changes),
                case.file_name,
                block_bytes=case.block_bytes,
            )
        )
        return seen[0].text

    fault(case.number, case.fault, case.expected, tell)
    if case.also:
        case.also(seen[0])
