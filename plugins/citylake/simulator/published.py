"""The real published figures: printed in bulletins, plans and reports, shipped with the package, never made up.

They are the one part of the simulated inbox that is not simulated. Every unit that publishes gets its initial load as
the file of the year before `until` (all figures up to then), and a monthly supplement with the figures of the current
year where there are any.
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import polars as pl

from citylake.simulator.forms import LAYOUTS, Layout
from citylake.simulator.schedule import LONG_AGO, Period


def figures() -> pl.DataFrame:
    """The shipped catalogue: one row a printed figure, all columns as text, `dataset_id` says who published it."""
    source = files("citylake.simulator").joinpath("data/published_figures.csv")
    return pl.read_csv(source.read_bytes(), infer_schema=False)


def figure_files(until: date) -> list[tuple[Layout, Period, pl.DataFrame]]:
    """The files of all publishing units: layout, period and the cells, ready to be written."""
    catalogue = figures()
    year = pl.col("stat_year").cast(pl.Int64)
    columns = [one.name for one in LAYOUTS["statistics__bulletin_figures"].fields]
    found = []
    for dataset in catalogue["dataset_id"].unique(maintain_order=True):
        own = catalogue.filter(pl.col("dataset_id") == dataset)
        last_year = Period(f"{until.year - 1}", LONG_AGO, date(until.year - 1, 12, 31))
        found.append((LAYOUTS[dataset], last_year, own.filter(year < until.year).select(columns)))
        if (supplement := own.filter(year == until.year)).height:
            found.append(
                (LAYOUTS[dataset], Period(f"{until:%Y%m}", until.replace(day=1), until), supplement.select(columns))
            )
    return found
