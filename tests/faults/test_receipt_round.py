"""A file of every form with five planted errors: the receipt names all five, and the corrected rows close the request.

What a clerk does is done here: the receipt is opened, the wrong cells on its sheet 待更正行 are put right, and the
workbook goes back into the inbox under its own name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import fastexcel
import pytest

from citylake.orchestration.receipts import write_receipts
from citylake.settings import Settings
from samples import roster, small_city
from samples.small_city import SmallCity

pytestmark = pytest.mark.store
DAY = date(2025, 10, 10)
FORMS = list(roster.FORMS)
# Place of the row -> column, what was planted, what is right.
PLANTED = {
    1: ("resident_id", "320402195801010018", roster.resident_id(2)),
    3: ("sex", "不详", "女"),
    5: ("issued_date", "2025-02-30", "2025-02-28"),
    7: ("amount_cny", "12.5.0", "12.5"),
    9: ("person_name", "", "李四"),
}


@dataclass
class Round:
    """One delivery with five errors, its receipt, and the answer to it."""

    delivery_id: str
    receipt: Path
    answer: small_city.Facts


@pytest.fixture(scope="module")
def city(module_store: Settings, tmp_path_factory: pytest.TempPathFactory) -> SmallCity:
    datasets = [_dataset(form) for form in FORMS]
    contracts = small_city.contracts_folder(tmp_path_factory.mktemp("city") / "contracts", *datasets)
    return SmallCity(module_store.model_copy(update={"contracts": contracts}))


def _name(form: str) -> str:
    return f"roster_{form.replace('-', '')}"


def _dataset(form: str) -> small_city.Facts:
    terms = roster.terms(form, dataset=f"hall__{_name(form)}")
    extension = roster.EXTENSIONS.get(form, form)
    return terms | {"delivery": terms["delivery"] | {"file_name": f"{form}名册_{{period}}.{extension}"}}


@pytest.fixture(scope="module")
def rounds(city: SmallCity) -> dict[str, Round]:
    """Every form delivered, answered by a receipt, corrected by the clerk, and taken in again."""
    records = roster.rows(11)
    for place, (column, wrong, _) in PLANTED.items():
        records[place] = records[place] | {column: wrong}
    for form in FORMS:
        name = _dataset(form)["delivery"]["file_name"].replace("{period}", "202509")
        city.deliver(name, roster.write(form, records))
    city.take_in()
    write_receipts(city.settings, DAY)
    delivered = {one["dataset_id"]: one["delivery_id"] for one in city.manifests()}
    folder = city.settings.reports_dir / DAY.isoformat() / "receipts" / small_city.DEPARTMENT
    receipts = {form: folder / f"{delivered[f'hall__{_name(form)}']}.xlsx" for form in FORMS}
    for form, path in receipts.items():
        city.deliver(f"校核单_{path.stem}.xlsx", corrected(path, form), at="2025-10-05T09:00:00+08:00")
    city.take_in()
    answers = {one["answers"]: one["delivery_id"] for one in city.manifests() if one.get("answers")}
    outcomes = {one["delivery_id"]: one for one in city.outcomes("")}
    return {form: Round(path.stem, path, outcomes[answers[path.stem]]) for form, path in receipts.items()}


def sheet(path: Path, name: str) -> list[list[str]]:
    """A sheet of a receipt as text, header first."""
    frame = fastexcel.read_excel(path).load_sheet(name, header_row=None, dtypes="string").to_polars()
    return [[cell or "" for cell in row] for row in frame.rows()]


def corrected(path: Path, form: str) -> bytes:
    """The receipt as the clerk sends it back: the wrong cell of each row put right."""
    header, *rows = sheet(path, "待更正行")
    line = roster.first_line(form)
    right = {str(line + place): (roster.HEADERS[column], value) for place, (column, _, value) in PLANTED.items()}
    for row in rows:
        column, value = right[row[header.index("原行号")]]
        row[header.index(column)] = value
    return roster.xlsx({"待更正行": [header, *rows]})


@pytest.mark.parametrize("form", FORMS)
def test_a_receipt_names_five_planted_errors_by_line_and_field(
    rounds: dict[str, Round], fault: Callable[..., None], form: str
) -> None:
    def tell() -> str:
        header, *problems = sheet(rounds[form].receipt, "问题清单")
        places = [header.index(name) for name in ("行号", "列", "原值")]
        return "; ".join(" ".join(problem[place] for place in places).strip() for problem in problems)

    line = roster.first_line(form)
    named = "; ".join(
        f"{line + place} {roster.HEADERS[column]} {wrong}".strip() for place, (column, wrong, _) in PLANTED.items()
    )
    fault("receipt", f"{form}: five planted errors", named, tell)


@pytest.mark.parametrize("form", FORMS)
def test_the_corrected_rows_are_taken_and_name_what_they_settle(rounds: dict[str, Round], form: str) -> None:
    answer = rounds[form].answer
    assert (answer["status"], answer["rows_accepted"], answer["rows_rejected"]) == ("accepted", 5, 0)
    assert answer["answers"] == {rounds[form].delivery_id: 5}


def test_the_request_of_every_form_is_closed_in_the_ledger(city: SmallCity, rounds: dict[str, Round]) -> None:
    city.night(DAY)
    requests = city.sql(
        DAY, "select request_id, status, rows_open from quality.fct_correction_requests where department_id = 'hall'"
    )
    assert sorted(requests) == sorted((f"JH-{one.delivery_id}", "closed", 0) for one in rounds.values())
    for form in FORMS:
        rows = city.sql(DAY, f"select card_no, person_name from lake.hall__{_name(form)} order by card_no")
        assert len(rows) == 11, form
        assert rows[9][1] == "李四", form
