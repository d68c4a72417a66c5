"""Signal-controlled junctions: where a road crosses the main road of its street, and when they joined the platform."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, Streams, choose, dates, day, pick, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places
from citylake.simulator.world import place_names
from citylake.simulator.world.places import Places

JUNCTIONS = 1_260
BRANDS = ["海信", "青岛华通", "易华录", "西门子", "大华"]


def make_junctions(ground: Places, schedule: Schedule, streams: Streams) -> pl.DataFrame:
    """One row a junction: most joined the city's signal platform between 2016 and 2025."""
    rng = streams.named("junctions")
    until = day(schedule.until)
    division = weighted(rng, [16, 16, 20, 26, 11, 11], JUNCTIONS)
    connected = day(date(2014, 1, 1)) + (rng.random(JUNCTIONS) ** 1.3 * (until + 130 - day(date(2014, 1, 1)))).astype(
        np.int64
    )
    connected = np.where(rng.random(JUNCTIONS) < 0.985, connected, NO_DAY)
    draw = rng.random(JUNCTIONS)
    stopped = np.where(draw < 0.04, until - rng.integers(0, 900, JUNCTIONS), NO_DAY)
    codes = np.array([int(code) for code in places.DIVISIONS])[division]
    address = ground.draw(rng, division, is_work=True)
    east, north = ground.points(address)
    return pl.DataFrame(
        {
            "junction_id": pl.Series(codes * 10**12 + 100_000_000_000 + np.arange(JUNCTIONS) * 101 + 1).cast(pl.String),
            "place_name": ground.lanes.name[ground.lane_of(address)] + "-" + pick(place_names.MAIN_ROADS, division),
            "division_code": pick(places.DIVISIONS, division),
            "street_code": ground.street_codes(address),
            "longitude": east,
            "latitude": north,
            "controller_brand": choose(rng, BRANDS, JUNCTIONS),
            "protocol_code": choose(rng, ["GB/T 20999", "GB/T 25280"], JUNCTIONS),
            "connected_date": dates(np.where(connected <= until, connected, NO_DAY)),
            "has_joint_control": rng.random(JUNCTIONS) < 0.988,
            "stopped_date": dates(stopped),
            "stop_status": pick(["stopped", "rebuilding"], (draw < 0.015).astype(np.int64)),
            "_place": np.arange(JUNCTIONS),
        }
    )
