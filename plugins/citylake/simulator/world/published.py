"""The real published figures: printed in bulletins, plans and reports, shipped with the package, never made up."""

from __future__ import annotations

from importlib.resources import files

import polars as pl


def figures() -> pl.DataFrame:
    """The shipped catalogue: one row a printed figure, all columns as text, `dataset_id` says who published it."""
    source = files("citylake.simulator").joinpath("data/published_figures.csv")
    return pl.read_csv(source.read_bytes(), infer_schema=False)
