"""Names and credit codes of the enterprises behind places; -1 owns nothing."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.world.city import World


def owner_names(world: World, firm: np.ndarray) -> pl.Series:
    return _known(world.enterprises.names(np.maximum(firm, 0)), firm)


def owner_codes(world: World, firm: np.ndarray) -> pl.Series:
    return _known(world.enterprises.usccs(np.maximum(firm, 0)), firm)


def _known(values: pl.Series, firm: np.ndarray) -> pl.Series:
    frame = pl.DataFrame({"v": values, "k": firm >= 0})
    return frame.select(pl.when("k").then("v").alias("v"))["v"]
