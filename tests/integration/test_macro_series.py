"""Macro-economic tables through the pipeline: every figure as it is true, none altered, the doubtful ones told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from citylake import landing, simulator, staging, warehouse
from citylake.decisions import MATCHES, put_decision
from citylake.lake import Lake
from citylake.settings import Settings
from citylake.simulator.world.published import figures

pytestmark = pytest.mark.store
UNTIL = date(2025, 9, 30)
DATASETS = [
    "commerce__online_retail_monthly",
    "finance__fiscal_revenue_monthly",
    "statistics__bulletin_figures",
    "statistics__gdp_quarterly",
    "statistics__population_series",
    "statistics__retail_sales_monthly",
]
KEYS = ["series_code", "scope_code", "division_code", "frequency", "stat_year", "period_label", "vintage"]
SPOILT = "网络零售监测月报_202508.json"


@dataclass(frozen=True)
class City:
    """A city whose macro-economic tables have been built; one figure stands in 万元 under a header in 亿元."""

    settings: Settings
    folder: Path
    spoilt: dict[str, Any]

    def build(self) -> None:
        made = warehouse.prepare(UNTIL, self.settings, force=True)
        warehouse.run_dbt(made, "+fct_macro_series +int_macro_reviews", self.settings)

    def read(self, sql: str) -> pl.DataFrame:
        path = warehouse.find_build(UNTIL, self.settings).database
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).pl()


@pytest.fixture(scope="module")
def city(module_store: Settings, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("macro")
    simulator.simulate(folder / "city", people=500, months=2, seed=11, until=UNTIL, datasets=DATASETS)
    spoilt = _spoil(folder / "city" / "inbox" / "commerce" / SPOILT)
    landing.deliver(module_store, [folder / "city" / "inbox"], keep_times=True)
    landing.land(module_store, UNTIL)
    staging.stage(module_store, UNTIL)
    made = City(module_store, folder / "city", spoilt)
    made.build()
    return made


def _spoil(path: Path) -> dict[str, Any]:
    """Puts one figure of a file ten thousand times too high, as 万元 under 亿元 would; returns its line."""
    lines = json.loads(path.read_bytes())
    line: dict[str, Any] = next(one for one in lines if one["地区"] == "常州市")
    line["网络零售额(亿元)"] = str(round(float(str(line["网络零售额(亿元)"]).replace(",", "")) * 10_000, 2))
    path.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return line


def test_every_true_figure_is_found_under_its_vintage_and_scope_with_its_own_value(city: City) -> None:
    truth = pl.read_parquet(city.folder / "truth" / "macro.parquet")
    shown = city.read(f"select {', '.join(KEYS)}, dataset_id, value, magnitude_flag from base.fct_macro_series")
    both = truth.join(shown, on=KEYS, how="inner", nulls_equal=True).filter(pl.col("magnitude_flag").is_null())
    wrong = both.filter((pl.col("value") - pl.col("value_right")).abs() > 1e-6 * pl.col("value").abs())
    assert wrong.is_empty(), wrong
    expected = truth.filter(pl.col("series_code").str.contains("^(?:gdp|fiscal|retail|online|resident_|registered_)"))
    assert both.height >= 0.99 * expected.height > 5_000


def test_what_was_published_stands_in_the_base_to_the_last_digit(city: City) -> None:
    printed = figures().filter(
        (pl.col("dataset_id") == "statistics__bulletin_figures") & (pl.col("stat_year").cast(pl.Int64) < UNTIL.year)
    )
    keys = ["series_name", "stat_year", "period_label", "division_name", "unit", "document_title"]
    named = printed.rename({"indicator_name": "series_name"}).with_columns(
        pl.col("stat_year").cast(pl.Int64), pl.col("value").cast(pl.Float64)
    )
    shown = city.read(f"select {', '.join(keys)}, value from base.fct_macro_series where document_title is not null")
    missing = named.select(*keys, "value").unique().join(shown, on=[*keys, "value"], how="anti")
    assert missing.is_empty(), missing
    assert shown.height == shown.unique().height


def test_districts_that_count_add_up_to_the_city_in_every_period_and_vintage(city: City) -> None:
    sums = city.read("""
        with parts as (
            select series_code, period, vintage, sum(value) as total, count(*) as places
            from base.fct_macro_series
            where dataset_id = 'statistics__gdp_quarterly' and counts_towards_city
            group by all
        )
        select parts.*, cities.value
        from parts inner join base.fct_macro_series as cities using (series_code, period, vintage)
        where cities.division_code = '320400' and cities.dataset_id = 'statistics__gdp_quarterly' and places >= 6""")
    assert sums.height > 50
    assert sums["places"].max() == 6
    assert ((sums["total"] / sums["value"] - 1).abs() < 1e-3).all()


def test_a_figure_under_the_wrong_unit_is_told_kept_and_settled_by_a_steward(city: City) -> None:
    found = city.read("select * from base.fct_macro_series where magnitude_flag is not null").to_dicts()
    (figure,) = found
    assert figure["magnitude_flag"] == "suspected"
    assert figure["magnitude_factor"] == 10_000
    assert figure["value"] == pytest.approx(float(city.spoilt["网络零售额(亿元)"]) * 1e8)
    (review,) = city.read("select review_id, kind, line_number from staging.int_macro_reviews").to_dicts()
    assert (review["kind"], review["line_number"]) == ("magnitude", figure["line_number"])
    put_decision(Lake(city.settings), MATCHES, review["review_id"], "accept", "商务局确认数值无误")
    city.build()
    (after,) = city.read("select * from base.fct_macro_series where magnitude_flag is not null").to_dicts()
    assert (after["magnitude_flag"], after["value"]) == ("confirmed", figure["value"])
