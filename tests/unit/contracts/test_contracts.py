"""Contracts: what is wrong is named with file, line and the nearest known key; dbt is held to them both ways."""

from __future__ import annotations

import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from citylake import cli
from citylake.contracts import Period, load_contracts
from citylake.contracts.calendar import expected_deliveries
from citylake.contracts.dbt_sources import SOURCES_FILE, STAGING_FILE
from citylake.contracts.drift import check_drift, write_files
from citylake.contracts.periods import periods_of_cycle
from citylake.errors import ContractsInvalid
from citylake.settings import PACKAGE, PROJECT, Settings, get_settings

CARDS = "human_resources__social_security_cards.yml"


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    load_contracts.cache_clear()


def test_the_packaged_contracts_are_valid_and_agree_with_dbt() -> None:
    settings = Settings()
    found = load_contracts(settings.contracts)
    assert len(found.active) >= 20
    check_drift(found, settings)


def test_an_unknown_key_is_named_with_file_line_and_the_nearest_known_key(contracts: Path) -> None:
    spoil(contracts, f"datasets/{CARDS}", "reject:", "rejects:")
    with pytest.raises(ContractsInvalid) as error:
        load_contracts(contracts)
    problem = next(one for one in error.value.problems if one.key == "rejects")
    assert problem.file == CARDS
    assert (
        problem.line
        == (contracts / "datasets" / CARDS).read_text(encoding="utf-8").split("rejects:")[0].count("\n") + 1
    )
    assert "reject" in problem.message


def test_a_column_that_columns_yml_does_not_know_is_refused(contracts: Path) -> None:
    spoil(contracts, f"datasets/{CARDS}", "bank_code:", "bank_cod:")
    with pytest.raises(ContractsInvalid) as error:
        load_contracts(contracts)
    assert [(one.key, "bank_code" in one.message) for one in error.value.problems] == [("columns.bank_cod", True)]


def test_every_problem_is_collected_before_anything_is_said(contracts: Path) -> None:
    spoil(contracts, f"datasets/{CARDS}", "bank_code:", "bank_cod:")
    spoil(contracts, "datasets/tax__taxpayers.yml", "version: 2", "version: zero")
    with pytest.raises(ContractsInvalid) as error:
        load_contracts(contracts)
    assert {one.file for one in error.value.problems} == {CARDS, "tax__taxpayers.yml"}


def test_a_renamed_contract_column_makes_the_check_red_and_is_named(
    contracts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(contracts, "columns.yml", "bank_code:", "card_bank_code:")
    spoil(contracts, f"datasets/{CARDS}", "bank_code:", "card_bank_code:")
    assert cli.main(["contracts", "check"]) == 2
    said = capsys.readouterr().err
    assert "card_bank_code" in said
    assert "bank_code: is in dbt, but not in the contract" in said.replace("\n", "")


def test_a_contract_without_a_staging_view_makes_the_check_red(contracts: Path) -> None:
    text = (contracts / "datasets" / CARDS).read_text(encoding="utf-8")
    text = text.replace("human_resources__social_security_cards", "human_resources__new").replace(
        "社会保障卡持卡信息_", "新_"
    )
    (contracts / "datasets" / "human_resources__new.yml").write_text(text, encoding="utf-8")
    load_contracts.cache_clear()
    with pytest.raises(ContractsInvalid, match="no staging view"):
        check_drift(load_contracts(contracts), get_settings())


def project_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The staging folder of a dbt project that a test may spoil."""
    shutil.copytree(PROJECT / "dbt_project" / "models" / "staging", tmp_path / "dbt" / "models" / "staging")
    monkeypatch.setenv("CITYLAKE_DBT_PROJECT", str(tmp_path / "dbt"))
    get_settings.cache_clear()
    return tmp_path / "dbt" / "models" / "staging"


def check(folder: Path) -> list[str]:
    load_contracts.cache_clear()
    try:
        check_drift(load_contracts(folder), get_settings())
    except ContractsInvalid as error:
        return [f"{one.file}: {one.key}" for one in error.problems]
    return []


def test_a_column_that_the_staging_view_forgets_is_named(
    contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = project_of_its_own(tmp_path, monkeypatch)
    dataset = CARDS.removesuffix(".yml")
    spoil(staging, f"stg_{dataset}.sql", "    bank_code,\n", "")
    assert check(contracts) == [f"stg_{dataset}.sql: {dataset}.bank_code"]


@pytest.mark.parametrize("status", ["planned", "retired"])
def test_dbt_holds_only_active_datasets(
    contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    staging = project_of_its_own(tmp_path, monkeypatch)
    spoil(contracts, f"datasets/{CARDS}", "status: active", f"status: {status}")
    view = f"stg_{CARDS.removesuffix('.yml')}.sql"
    dataset = CARDS.removesuffix(".yml")
    assert check(contracts) == [f"{name}: {dataset}" for name in (view, SOURCES_FILE, STAGING_FILE)]
    (staging / view).unlink()
    write_files(load_contracts(contracts), get_settings())
    assert check(contracts) == []
    assert not (staging / view).exists()
    assert dataset not in (staging / SOURCES_FILE).read_text(encoding="utf-8")
    spoil(contracts, f"datasets/{CARDS}", f"status: {status}", "status: active")
    write_files(load_contracts(contracts), get_settings())
    assert check(contracts) == []
    packaged = PROJECT / "dbt_project" / "models" / "staging" / view
    assert (staging / view).read_text(encoding="utf-8") == packaged.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "dataset", "period"),
    [
        ("户籍人口信息_20250930.csv", "public_security__resident_register", "2025-09-30"),
        ("户籍人口信息_202509.csv", "public_security__resident_register", "2025-09"),
        ("统计公报与公开发布数据_2024.csv", "statistics__bulletin_figures", "2024"),
    ],
)
def test_dataset_and_period_are_read_from_the_file_name(name: str, dataset: str, period: str) -> None:
    ((contract, found),) = load_contracts(PACKAGE / "contracts").of_file(name)
    assert (contract.dataset, found.text) == (dataset, period)


@pytest.mark.parametrize(
    "name",
    ["户籍人口信息_20251330.csv", "户籍人口信息.csv", "x户籍人口信息_20250930.csv", "../户籍人口信息_20250930.csv"],
)
def test_a_name_that_says_no_real_period_belongs_to_no_contract(name: str) -> None:
    assert load_contracts(PACKAGE / "contracts").of_file(name) == []


@hypothesis_settings(deadline=None)
@given(
    st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["daily", "weekly", "monthly", "quarterly", "yearly"]),
)
def test_periods_of_a_cycle_follow_each_other_and_end_by_the_day(until: date, cycle: str) -> None:
    periods = periods_of_cycle(cycle, date(2015, 1, 1), until)
    assert all(period.end <= until and period.start <= period.end for period in periods)
    assert all(Period.parse(period.text) == period for period in periods)
    assert [period.end for period in periods] == sorted({period.end for period in periods})
    if cycle != "weekly":  # a weekly delivery is named by one day
        assert all((after.start - before.end).days == 1 for before, after in pairwise(periods))


def test_the_calendar_expects_each_daily_file_on_its_next_day() -> None:
    expected = [
        one
        for one in expected_deliveries(load_contracts(PACKAGE / "contracts"), date(2025, 9, 30))
        if one.dataset_id == "public_security__resident_register"
    ]
    assert len(expected) == 30
    assert expected[-1].due_at.isoformat() == "2025-10-01T08:00:00+08:00"
