"""What goes wrong in the lists that departments keep of legal entities for their own ends."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator import repeats
from citylake.simulator.dirt import soil_firms
from citylake.simulator.marks import Mark
from citylake.simulator.schedule import Period
from citylake.simulator.table import Table
from citylake.simulator.world import World


def double_cloud_uses(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    return repeats.double_cloud_uses(frame, rng)


def soil_cloud_uses(table: Table, world: World, rng: np.random.Generator) -> None:
    soil_firms(table, rng)
