"""A delivery that departs from the last seven is held, says so in figures, and never truncates what was there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from citylake.settings import PACKAGE, Settings
from citylake.staging import review
from samples.register import DATASET, Register, good

pytestmark = pytest.mark.store
DISTRICTS = ("320402", "320404", "320411")


@pytest.fixture
def register(store: Settings, tmp_path: Path) -> Register:
    """The register under a contract with volume checks, after seven days of 30 rows in three districts."""
    contracts = tmp_path / "contracts"
    (contracts / "datasets").mkdir(parents=True)
    for name in ("columns.yml", "codes.yml"):
        shutil.copy(PACKAGE / "contracts" / name, contracts / name)
    text = (PACKAGE / "contracts" / "datasets" / f"{DATASET}.yml").read_text(encoding="utf-8")
    text = text.replace("key: [person_register_no]", "key: [person_register_no, household_no]")
    text += "volume: {rows_down_at_most: 0.4, rows_up_at_most: 3.0, groups: household_division_code}\n"
    (contracts / "datasets" / f"{DATASET}.yml").write_text(text, encoding="utf-8")
    made = Register(store.model_copy(update={"contracts": contracts}), tmp_path / "files")
    for day in range(1, 8):
        made.send(*rows(30), day=f"202509{day:02d}", stage=False)
    made.stage()
    return made


def rows(count: int, districts: tuple[str, ...] = DISTRICTS, household: str = "H1") -> list[str]:
    return [
        good(n).replace(",A1,320402,", f",A1,{districts[n % len(districts)]},").replace(",H1,", f",{household},")
        for n in range(count)
    ]


def held(register: Register, *lines: str, day: str = "20250908") -> tuple[str, str | None]:
    found = register.outcome(register.send(*lines, day=day))
    return found["status"], found["reason_code"]


def test_what_is_like_the_last_seven_is_taken_and_every_check_is_recorded(register: Register) -> None:
    found = register.outcome(register.send(*rows(30), day="20250908"))
    assert found["status"] == "accepted"
    by_check = {(one["check"], one["subject"]): one for one in found["volume"]}
    rows_check = by_check["rows", None]
    assert (rows_check["value"], rows_check["usual"], rows_check["low"], rows_check["high"]) == (30, 30, 18, 120)
    assert ("null_share", "household_no") in by_check
    assert {subject for check, subject in by_check if check == "group_gone"} == set(DISTRICTS)


@pytest.mark.parametrize(("count", "status"), [(18, "accepted"), (17, "held"), (120, "accepted"), (121, "held")])
def test_rows_down_by_more_than_forty_and_up_by_more_than_three_hundred_per_cent_are_held(
    register: Register, count: int, status: str
) -> None:
    found = register.outcome(register.send(*rows(count), day="20250908"))
    assert found["status"] == status
    if status == "held":
        assert found["reason_code"] == "delivery.volume_rows"
        for figure in (str(count), "30", "18", "120", "下一步"):
            assert figure in found["message"]


def test_a_district_that_is_gone_holds_the_delivery_and_is_named(register: Register) -> None:
    found = register.outcome(register.send(*rows(30, DISTRICTS[:2]), day="20250908"))
    assert (found["status"], found["reason_code"]) == ("held", "delivery.volume_group_gone")
    assert "320411" in found["message"]


def test_a_key_that_is_suddenly_empty_holds_the_delivery(register: Register) -> None:
    assert held(register, *rows(15), *rows(15, household="")) == ("held", "delivery.volume_nulls")


def test_a_header_without_rows_is_held_and_takes_nothing_away(register: Register) -> None:
    first = register.send(*rows(30), day="20250908")
    empty = register.send(day="20250908")
    found = register.outcome(empty)
    assert (found["status"], found["reason_code"], found["rows_accepted"]) == ("held", "file.no_records", 0)
    assert "30" in found["message"]
    assert register.outcome(first)["status"] == "accepted"
    review.release(register.store, empty, "确已作废")
    assert register.outcome(empty)["status"] == "accepted"


def test_a_released_delivery_counts_among_the_last_seven(register: Register) -> None:
    for day in range(8, 12):
        delivery = register.send(*rows(200), day=f"202509{day:02d}")
        assert register.outcome(delivery)["status"] == "held"
        review.release(register.store, delivery, "年度集中登记")
    assert held(register, *rows(200), day="20250912") == ("accepted", None)


def test_the_verdict_does_not_depend_on_the_order_in_which_files_came(store: Settings, register: Register) -> None:
    """A late file changes what a later period is compared with, and the later verdict with it."""
    ninth = register.send(*rows(17), day="20250915")
    assert register.outcome(ninth)["status"] == "held"
    for day in range(8, 13):
        delivery = register.send(*rows(18), day=f"202509{day:02d}")
        assert register.outcome(delivery)["status"] == "accepted"
    assert register.outcome(ninth)["status"] == "accepted"
    (rows_check,) = [one for one in register.outcome(ninth)["volume"] if one["check"] == "rows"]
    assert rows_check["usual"] == 18


def test_corrections_are_not_counted_as_deliveries(register: Register) -> None:
    fix = register.send(*rows(2), day="20250907", mark="_更正")
    found = register.outcome(fix)
    assert (found["status"], found["volume"]) == ("accepted", [])
