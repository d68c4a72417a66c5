"""The simulated economy meets what was published, and its tables hold together as real ones do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from citylake.simulator.world import macro_books, macro_monthly
from citylake.simulator.world.macro_levels import published

UNTIL = date(2025, 9, 30)


def years(book: pl.DataFrame, column: str = "value") -> dict[int, float]:
    found = book.filter((pl.col("division_name") == "常州市") & pl.col(column).is_not_null())
    return dict(zip(found["stat_year"], found[column], strict=True))


def whole_years(vintage: str) -> pl.DataFrame:
    return macro_books.gdp(UNTIL).filter(
        (pl.col("stat_quarter") == "Q4") & (pl.col("vintage") == vintage) & (pl.col("indicator_code") == "gdp")
    )


def test_the_citys_levels_are_those_that_were_published() -> None:
    assert {year: years(whole_years("revised"))[year] for year in (2020, 2021, 2022, 2023)} == {
        year: published("地区生产总值GDP(年鉴修订序列)")[year] for year in (2020, 2021, 2022, 2023)
    }
    assert {year: years(whole_years("preliminary"))[year] for year in (2020, 2021, 2022)} == {
        2020: 7805.3,
        2021: 8807.58,
        2022: 9550.0,
    }
    people = macro_books.population(UNTIL).filter(pl.col("vintage") == "revised")
    assert years(people, "registered_population_persons")[2022] == 389.21
    assert years(people, "resident_population_persons")[2022] == 536.6
    budget = macro_monthly.fiscal(UNTIL).filter((pl.col("subject_code") == "101") & (pl.col("month") == 12))
    assert years(budget, "cumulative_amount_cny")[2023] == 6_803_000


def test_the_district_with_its_zone_is_the_district_without_it_and_the_zone() -> None:
    gdp = whole_years("revised").filter(pl.col("stat_year") == 2023)
    by_scope = {(row["division_name"], row["scope_code"]): row["value"] for row in gdp.to_dicts()}
    assert by_scope["武进区", "with_zone"] == 3222.84
    assert by_scope["武进区", "without_zone"] == 2239.58
    assert by_scope["经开区", "total"] == pytest.approx(3222.84 - 2239.58)
    districts = [
        value
        for (name, scope), value in by_scope.items()
        if name not in ("常州市", "经开区") and scope != "without_zone"
    ]
    assert sum(districts) == pytest.approx(10116.36, abs=0.1)
    people = macro_books.population(UNTIL).filter((pl.col("stat_year") == 2023) & (pl.col("vintage") == "revised"))
    zone = people.filter(pl.col("division_name") == "经开区")["resident_population_persons"][0]
    both = people.filter(pl.col("division_name") == "武进区").sort("scope_code")["resident_population_persons"]
    assert both[0] - both[1] == pytest.approx(zone, abs=0.02)


@pytest.mark.parametrize("book", [macro_monthly.retail, macro_monthly.industry, macro_monthly.investment])
def test_totals_since_january_have_no_january_of_their_own(book: Callable[[date], pl.DataFrame]) -> None:
    months = book(UNTIL)["stat_month"].str.slice(5)
    assert set(months) == {f"{month:02}" for month in range(2, 13)}


def test_nothing_is_out_before_its_period_has_ended_or_after_the_last_day() -> None:
    for book in (macro_monthly.online, macro_monthly.electricity, macro_monthly.fiscal):
        rows = book(UNTIL)
        ends = (rows["stat_month"] + "-01").str.to_date().dt.month_end()
        assert (rows["_released"] >= ends).all()
        assert (rows["_released"] <= UNTIL).all()


def test_a_revised_figure_comes_after_the_preliminary_one() -> None:
    gdp = macro_books.gdp(UNTIL).filter(pl.col("stat_quarter") == "Q4")
    keys = ["stat_year", "division_name", "scope_code", "indicator_code"]
    first = gdp.filter(pl.col("vintage") == "preliminary").join(gdp.filter(pl.col("vintage") == "revised"), on=keys)
    assert first.height > 0
    assert (first["_released_right"] > first["_released"]).all()
