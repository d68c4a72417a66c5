"""Uses of cloud services by the enterprises of the city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, curve_days, day, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.entities import Entities

CLOUD_CURVE = [  # 30,000 enterprises give about the published 9,000 of 2020
    (date(2017, 6, 1), 0.0),
    (date(2020, 12, 31), 0.56),
    (date(2021, 12, 31), 0.60),
    (date(2022, 12, 31), 0.605),
    (date(2023, 12, 31), 0.61),
    (date(2024, 12, 31), 0.615),
    (date(2025, 9, 30), 0.62),
]
ASKED = 30_000
PROVIDERS = ["阿里云", "华为云", "腾讯云", "天翼云", "移动云", "联通云", "浪潮云", "用友云"]
SERVICE_TYPES = ["IaaS", "PaaS", "SaaS", "平台"]


@dataclass
class CloudUses:
    """One element a use of a cloud service: enterprise, provider, type, since when, and when the contract lapsed."""

    enterprise: np.ndarray
    provider: np.ndarray
    service: np.ndarray
    first_used: np.ndarray
    lapsed: np.ndarray
    is_trial: np.ndarray


def make_cloud_uses(entities: Entities, schedule: Schedule, streams: Streams) -> CloudUses:
    """Uses by enterprises that have a credit code, 30,000 of them at most; one in four uses two services."""
    rng = streams.named("cloud")
    until = day(schedule.until)
    firms = np.arange(entities.firms)
    open_firms = rng.permutation(firms[entities.has_code[firms] & (entities.closed[firms] == NO_DAY)])[:ASKED]
    began = curve_days(rng, len(open_firms), CLOUD_CURVE, np.ones(len(open_firms)))
    began = np.where(began > NO_DAY, np.maximum(began, entities.established[open_firms] + 10), NO_DAY)
    using = (began > NO_DAY) & (began <= until - 3)
    firm, first = open_firms[using], began[using]
    provider, service = rng.integers(0, len(PROVIDERS), len(firm)), weighted(rng, [4, 1, 4, 2], len(firm))
    second = np.flatnonzero(rng.random(len(firm)) < 0.25)
    later = first[second] + rng.integers(30, 700, len(second))
    keep = later <= until - 3
    shift = rng.integers(1, len(PROVIDERS), len(second))
    enterprise = np.concatenate([firm, firm[second][keep]])
    provider = np.concatenate([provider, (provider[second] + shift)[keep] % len(PROVIDERS)])
    service = np.concatenate([service, service[second][keep]])
    first = np.concatenate([first, later[keep]])
    draw = rng.random(len(enterprise))
    lapsed = first + rng.integers(200, 1200, len(enterprise))
    lapsed = np.where((draw < 0.08) & (lapsed <= until), lapsed, NO_DAY)
    return CloudUses(enterprise, provider, service, first, lapsed, (draw > 0.94) & (lapsed == NO_DAY))
