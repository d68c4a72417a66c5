"""Law 5: over a simulated city without faults every indicator equals the truth, which never saw the pipeline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citylake import landing, simulator, warehouse
from citylake.orchestration.nightly import Night, nightly
from citylake.settings import Settings
from samples.published_texts import columns_where

pytestmark = pytest.mark.store
UNTIL = date(2025, 9, 30)
# What the indicators are measured from, and the registers of enterprises; other exports have tests of their own.
DATASETS = (
    "public_security__resident_register",
    "human_resources__insured_persons",
    "human_resources__social_security_cards",
    "human_resources__electronic_card_issuance",
    "medical_insurance__insured_persons",
    "medical_insurance__voucher_activations",
    "market_supervision__enterprises",
    "tax__taxpayers",
    "industry__cloud_enterprises",
    "big_data__government_systems",
    "big_data__cloud_servers",
    "big_data__resource_catalogue",
    "big_data__sharing_interfaces",
    "government_services__service_items",
    "government_services__cases",
    "public_security__signal_junctions",
)
RESIDENT_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")


@dataclass(frozen=True)
class City:
    """A simulated city after its first night."""

    settings: Settings
    folder: Path
    night: Night

    def read(self, sql: str) -> pl.DataFrame:
        with duckdb.connect(str(warehouse.current_file("operator", self.settings)), read_only=True) as connection:
            return connection.execute(sql).pl()


@pytest.fixture(scope="module")
def city(module_store: Settings, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("city")
    simulator.simulate(folder / "city", people=3_000, months=2, seed=7, until=UNTIL, faults="none", datasets=DATASETS)
    landing.deliver(module_store, [folder / "city" / "inbox"], keep_times=True)
    return City(module_store, folder / "city", nightly(module_store, UNTIL))


def test_every_indicator_of_every_division_and_month_equals_the_truth(city: City) -> None:
    truth = pl.read_parquet(city.folder / "truth" / "indicator_values.parquet")
    measured = city.read(
        "select indicator_no, region_code, period, numerator, denominator, value"
        " from kpi.fct_indicator_values where source = 'simulated'"
    )
    keys = ["indicator_no", "region_code", "period"]
    both = truth.join(measured.cast(dict(truth.schema)), on=keys, how="left", suffix="_measured", coalesce=True)
    wrong = both.filter(
        pl.col("numerator").ne_missing(pl.col("numerator_measured"))
        | pl.col("denominator").ne_missing(pl.col("denominator_measured"))
        | ((pl.col("value") - pl.col("value_measured")).abs() > 1e-9).fill_null(True)
    )
    assert truth["indicator_no"].n_unique() >= 8
    assert wrong.is_empty(), wrong


def test_no_row_is_rejected_and_every_delivered_row_is_accepted(city: City) -> None:
    deliveries = city.read("select file_name, status, rows_accepted, rows_rejected from quality.fct_deliveries")
    assert set(deliveries["status"]) == {"accepted"}
    assert deliveries["rows_rejected"].sum() == 0
    for name, encoding in (
        ("户籍人口信息_", "gb18030"),
        ("税务登记信息_", "gb18030"),
        ("政务云资源台账_", "utf-8-sig"),
    ):
        for path in (city.folder / "inbox").rglob(f"{name}*.csv"):
            lines = path.read_bytes().decode(encoding).splitlines()
            (row,) = deliveries.filter(file_name=path.name).rows(named=True)
            assert row["rows_accepted"] == len(lines) - 1, path.name


def test_source_records_are_linked_to_the_real_person_and_enterprise(city: City) -> None:
    """Without faults no two real things are mixed, and hardly any (a number corrected lately) stands twice."""
    truth = pl.read_parquet(city.folder / "truth" / "entity_links.parquet")
    places = ["entity_type", "dataset_id", "file_name", "line_number", "role"]
    links = city.read(f"select entity_id, {', '.join(places)} from base.fct_entity_links")
    both = truth.join(links, on=places, how="inner")
    for entity_type in ("person", "legal_entity"):
        own = both.filter(pl.col("entity_type") == entity_type)
        assert own.height >= 0.99 * links.filter(pl.col("entity_type") == entity_type).height
        pairs = own.select("true_entity_id", "entity_id").unique()
        assert pairs.height > 100
        assert pairs["entity_id"].is_unique().all()
        assert pairs["true_entity_id"].n_unique() >= 0.995 * pairs.height


def test_a_second_night_finds_nothing_new_and_publishes_nothing(city: City) -> None:
    before = warehouse.current_version(city.settings)
    nightly(city.settings, UNTIL)
    assert warehouse.current_version(city.settings) == before


def test_no_resident_id_is_in_the_analysts_file_or_in_the_report(city: City) -> None:
    persons = city.folder / "truth" / "persons.parquet"
    numbers = "select place, unnest(regexp_extract_all(said, '[0-9]{17}[0-9X]')) as number from texts"
    known = f"select place from ({numbers}) where number in (select resident_id from '{persons}')"
    columns, told = columns_where(warehouse.current_file("analyst", city.settings), known)
    assert columns > 100
    assert told == []
    assert city.night.report is not None
    page = (city.night.report / "tracker.html").read_text(encoding="utf-8")
    assert not set(RESIDENT_ID.findall(page)) & set(pl.read_parquet(persons)["resident_id"])
