"""Planted faults: the whole catalogue is there, each stands where the list says, and the good file follows."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from citylake.simulator import simulate
from citylake.simulator.faults.cells import CELL_FAULTS
from citylake.simulator.faults.delimited import CSV_FAULTS
from citylake.simulator.faults.files import ANY
from citylake.simulator.faults.plan import faults_of, make_plan
from citylake.simulator.files.forms import LAYOUTS

# Rows of the catalogue of faults that concern deliveries and meaning, and where those stand that no list names.
CATALOGUE = {*range(1, 29), *range(53, 57)}
ELSEWHERE = {
    17: "dirt.soil_numbers: full-width digits, blanks around numbers",
    27: "faults_sending.put_strangers: odd file names",
}
PEOPLE = 1_500
# Some of each form, those with many deliveries first of all.
DATASETS = [
    "public_security__resident_register", "market_supervision__enterprises", "government_services__cases",
    "big_data__sharing_interfaces", "culture_tourism__scenic_spot_visitors", "market_supervision__abnormal_operations",
    "human_resources__electronic_card_issuance", "medical_insurance__voucher_activations",
    "development_reform__penalty_publicity", "development_reform__licence_publicity",
    "civil_affairs__elderly_care_recipients", "big_data__resource_catalogue", "public_security__parking_lots",
    "transport__road_transport_certificates", "natural_resources__parcels", "natural_resources__points_of_interest",
    "medical_insurance__insured_persons", "market_supervision__kitchen_video_access", "districts__park_operations",
    "health__internet_hospital_licences", "big_data__certificate_types", "development_reform__major_projects",
]  # fmt: skip


def listed(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "truth" / "faults.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("all")
    simulate(out, people=PEOPLE, months=2, seed=3, faults="all", datasets=DATASETS)
    return out


def test_every_row_of_the_catalogue_can_be_planted() -> None:
    known = {int(fault.number) for fault in (*faults_of("all"), *CELL_FAULTS)}
    assert known | set(ELSEWHERE) >= CATALOGUE


def test_what_departments_do_every_month_is_part_of_all() -> None:
    assert not faults_of("none")
    assert set(faults_of("usual")) < set(faults_of("all"))


def test_faults_are_spread_over_the_datasets_of_a_form_and_each_is_given_once() -> None:
    datasets = [name for name, layout in LAYOUTS.items() if layout.form == "csv" and not layout.is_state]
    plan = make_plan("all", datasets)
    given = [
        (dataset, fault)
        for dataset in datasets
        for _ in range(40)
        if (fault := plan.fault_of(LAYOUTS[dataset], 100_000)) is not None
    ]
    assert len(set(map(id, (fault for _, fault in given)))) == len(given)
    assert {fault.kind for fault in CSV_FAULTS} <= {fault.kind for _, fault in given}
    assert max(Counter(dataset for dataset, _ in given).values()) <= plan.most["csv"]


def test_the_first_delivery_of_a_daily_dataset_comes_whole() -> None:
    daily = next(layout for layout in LAYOUTS.values() if layout.cycle == "daily" and not layout.is_state)
    plan = make_plan("all", [daily.dataset])
    assert plan.fault_of(daily, 100) is None
    assert plan.fault_of(daily, 100) is not None


def test_a_small_city_has_every_file_fault_that_its_files_are_large_enough_for(city: Path) -> None:
    planted = {fault["kind"] for fault in listed(city)}
    exported = {LAYOUTS[dataset].form for dataset in DATASETS}

    wanted = {
        fault.kind
        for fault in faults_of("all")
        if fault.rows <= 2 and fault.form in {*exported, ANY} and any(fault.fits(LAYOUTS[one]) for one in DATASETS)
    }
    assert wanted - planted == set()


def test_a_file_that_cannot_be_taken_comes_again_the_next_day(city: Path) -> None:
    kept_out = [fault for fault in listed(city) if fault["expected"] in ("refused", "held") and fault["dataset_id"]]
    assert len(kept_out) > 25
    for fault in kept_out:
        broken = city / fault["path"]
        good = broken.parent / "再报" / broken.name
        assert good.read_bytes() != broken.read_bytes(), fault
        assert good.stat().st_mtime > broken.stat().st_mtime, fault


def test_cell_faults_of_text_files_stand_on_their_lines(city: Path) -> None:
    marks = {"number_in_words": "若干", "neither_yes_nor_no": "大概", "row_too_long": "多出,两格"}
    seen: Counter[str] = Counter()
    for fault in listed(city):
        layout = LAYOUTS.get(fault["dataset_id"])
        if fault["kind"] in marks and layout is not None and layout.form in ("csv", "jsonl"):
            text = (city / fault["path"]).read_bytes()
            try:
                lines = text.decode("utf-8").split("\n")
            except UnicodeDecodeError:
                lines = text.decode("gb18030").split("\n")
            assert marks[fault["kind"]] in lines[fault["line"] - 1], fault
            seen[fault["kind"]] += 1
    assert set(seen) >= {"number_in_words", "neither_yes_nor_no", "row_too_long"}


def test_the_same_city_with_every_fault_is_written_twice_alike(city: Path, tmp_path: Path) -> None:
    simulate(tmp_path, people=PEOPLE, months=2, seed=3, faults="all", datasets=DATASETS)
    assert listed(tmp_path) == listed(city)
