"""The macro-economic tables as departments send them: which lines a file holds, and the dirt that such tables carry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import day
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.macro_dirt import soil, soil_electricity, soil_industry
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.forms import LAYOUTS
from citylake.simulator.world import macro_books, macro_monthly, macro_projects
from citylake.simulator.world.city import World

BOOKS: dict[str, Callable[[date], pl.DataFrame]] = {
    "commerce__online_retail_monthly": macro_monthly.online,
    "development_reform__digital_economy_accounts": macro_books.digital_accounts,
    "development_reform__major_projects": macro_projects.projects,
    "districts__park_operations": macro_projects.parks,
    "finance__fiscal_revenue_monthly": macro_monthly.fiscal,
    "power_company__electricity_consumption": macro_monthly.electricity,
    "statistics__digital_economy_core": macro_books.digital_core,
    "statistics__fixed_investment_monthly": macro_monthly.investment,
    "statistics__gdp_quarterly": macro_books.gdp,
    "statistics__industrial_output_monthly": macro_monthly.industry,
    "statistics__population_series": macro_books.population,
    "statistics__retail_sales_monthly": macro_monthly.retail,
}


@cache
def book(dataset: str, until: date) -> pl.DataFrame:
    """All lines of a dataset that are out by a day, with the columns of the export; drawn from no seed of the city."""
    return BOOKS[dataset](until)


def rows(dataset: str, world: World, period: Period) -> np.ndarray:
    """Lines released within the period: the first file holds the years before, and there is none for January."""
    released = book(dataset, world.schedule.until)["_released"].cast(pl.Int32).to_numpy()
    return np.flatnonzero((released >= day(period.begin)) & (released <= day(period.end)))


def frame(dataset: str, world: World, period: Period, lines: np.ndarray) -> pl.DataFrame:
    """The lines with the columns of the layout."""
    known = book(dataset, world.schedule.until)[lines]
    if dataset == "development_reform__major_projects":
        firm = (known["_firm"].to_numpy() * world.enterprises.count).astype(np.int64)
        known = known.with_columns(
            world.enterprises.usccs(firm).alias("uscc"), world.enterprises.names(firm).alias("entity_name")
        )
    return known.select(one.name for one in LAYOUTS[dataset].fields if one.name in known.columns)


SOILS = {
    "power_company__electricity_consumption": soil_electricity,
    "statistics__industrial_output_monthly": soil_industry,
}
EXPORTS = [
    Export(dataset, partial(rows, dataset), partial(frame, dataset), soil=SOILS.get(dataset, soil)) for dataset in BOOKS
]
