"""What departments list of legal entities for their own ends: cloud, insured units, statistics, shops, farms."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator import dirt_directories, places
from citylake.simulator.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.exporting import Export
from citylake.simulator.schedule import Period
from citylake.simulator.world import World
from citylake.simulator.world_cloud import PROVIDERS, SERVICE_TYPES

CLOUD_OFFICES = [f"{name}工信局" for name in places.DIVISION_NAMES]


def _cloud_rows(world: World, period: Period) -> np.ndarray:
    return np.flatnonzero(world.cloud.first_used <= day(period.end))


def cloud_enterprises(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Every use of a cloud service known at the end of the month."""
    uses, entities, on = world.cloud, world.enterprises, day(period.end)
    firm = uses.enterprise[rows]
    is_lapsed = (uses.lapsed[rows] > NO_DAY) & (uses.lapsed[rows] <= on)
    status = np.where(is_lapsed, 2, uses.is_trial[rows].astype(np.int64))
    last_used = dates(np.where(status == 2, uses.lapsed[rows], on)).dt.strftime("%Y-%m")
    return pl.DataFrame(
        {
            "uscc": entities.usccs(firm),
            "entity_name": entities.names(firm, on - 90),
            "cloud_provider": pick(PROVIDERS, uses.provider[rows]),
            "cloud_service_type_code": pick(SERVICE_TYPES, uses.service[rows]),
            "first_cloud_date": dates(uses.first_used[rows]),
            "last_used_month": last_used,
            "industry_code": entities.industries(firm),
            "division_code": pick(places.DIVISIONS, entities.division[firm]),
            "reported_by": pick(CLOUD_OFFICES, entities.division[firm]),
            "status": pick(["in_use", "trial", "lapsed"], status),
            "updated_at": moments(np.where(is_lapsed, uses.lapsed[rows], uses.first_used[rows]) * 86400 + 36000),
            "_legal_entity": pl.Series(firm),
        }
    )


EXPORTS = [
    Export(
        "industry__cloud_enterprises",
        _cloud_rows,
        cloud_enterprises,
        dirt_directories.double_cloud_uses,
        dirt_directories.soil_cloud_uses,
    ),
]
