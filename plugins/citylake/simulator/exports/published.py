"""The files of the units that publish the real figures.

They are the one part of the simulated inbox that is not simulated. Every unit that publishes gets its initial load as
the file of the year before `until` (all figures up to then), and a monthly supplement with the figures of the current
year where there are any.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.simulator.basics.schedule import LONG_AGO, Period
from citylake.simulator.files.forms import LAYOUTS, Layout
from citylake.simulator.world.published import figures


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
