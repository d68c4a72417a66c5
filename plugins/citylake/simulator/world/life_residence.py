"""Residence registrations of newcomers: one an address, most of them never ended when people move on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, day, spread
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.life import Life
from citylake.simulator.world.people import People
from citylake.simulator.world.places import Places

EARLIER_SHARE, TWICE_SHARE, ENDED_SHARE = 0.22, 0.02, 0.2
PERMIT_SHARE = 0.6
RECENT_SHARE = 0.003


@dataclass
class Residences:
    """One element a registration: who, where, since which day, ended when (NO_DAY: never), changed last when.

    `permit` is the day on which the residence permit was issued or last renewed, NO_DAY for those without one.
    """

    person: np.ndarray
    address: np.ndarray
    begun: np.ndarray
    ended: np.ndarray
    changed: np.ndarray
    permit: np.ndarray


def make_residences(people: People, life: Life, ground: Places, schedule: Schedule, streams: Streams) -> Residences:
    """All registrations; on every day of the simulated months some begin."""
    rng = streams.named("residences")
    first, until = day(schedule.first_day), people.until
    newcomers = np.flatnonzero(~people.is_registered & (people.birth < until - 60) & life.is_alive_on(first)).astype(
        np.int32
    )
    span = until - first + 1
    begun = _since(rng, people.birth[newcomers], until)
    recent = rng.permutation(len(newcomers))[: max(3 * span, int(RECENT_SHARE * span * len(newcomers)))]
    days = spread(rng, len(recent), first, until)
    fits = days > people.birth[newcomers[recent]] + 30
    begun[recent[fits]] = days[fits]
    again = rng.random(len(newcomers)) < EARLIER_SHARE
    earlier = newcomers[again]
    latest = np.maximum(begun[again] - 30, people.birth[earlier] + 1)
    sooner = people.birth[earlier] + (rng.random(len(earlier)) * (latest - people.birth[earlier])).astype(np.int32)
    sooner = np.maximum(sooner, begun[again] - 6 * 365)
    ended = np.where(rng.random(len(earlier)) < ENDED_SHARE, begun[again], NO_DAY)
    twice = rng.random(len(newcomers)) < TWICE_SHARE
    person = np.concatenate([newcomers, earlier, newcomers[twice]])
    start = np.concatenate([begun, sooner, np.minimum(begun[twice] + rng.integers(1, 90, twice.sum()), until)])
    left = np.concatenate([np.full(len(newcomers), NO_DAY), ended, np.full(twice.sum(), NO_DAY)])
    old = ground.draw(rng, people.division[earlier])
    address = np.concatenate([people.lived[newcomers], old, people.lived[newcomers[twice]]])
    permit = np.where(rng.random(len(person)) < PERMIT_SHARE, start + 182, NO_DAY)
    permit = np.where(permit > until, NO_DAY, permit)
    renewed = permit + rng.integers(0, 4, len(person)) * 365
    permit = np.where((permit != NO_DAY) & (renewed <= until), renewed, permit)
    return Residences(
        *(some.astype(np.int32) for some in (person, address, start, left, np.maximum(left, permit), permit))
    )


def _since(rng: np.random.Generator, birth: np.ndarray, until: int) -> np.ndarray:
    """Days of arrival, mostly within the last ten years."""
    earliest = np.maximum(birth + 30, day(date(2005, 1, 1)))
    years = rng.gamma(1.6, 3.0 * 365, len(birth))
    return np.maximum(earliest, until - 45 - years).astype(np.int32)
