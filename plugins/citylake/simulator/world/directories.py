"""Things that departments list besides registered entities: online shops and e-commerce carriers, farm producers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, Streams, day, pick, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.entities import BRANCH, COOPERATIVE, SELF_EMPLOYED, Entities, either, scaled, where
from citylake.simulator.world.registration import FARMING

# True ids of what is no registered entity, but has a number of its own in one department's list.
PRODUCERS_FROM, SHOPS_FROM, PSEUDO_UNITS_FROM = 40_000_000, 45_000_000, 49_000_000
SHOP, MODEL_ENTERPRISE, MODEL_BASE, VILLAGE, PARCEL_POINT = range(5)
HOUSEHOLD, FAMILY_FARM, FARM_COOPERATIVE, FARM_ENTERPRISE = range(4)
SHOP_WORDS = ("旗舰店", "专营店", "工厂店", "优选", "小铺")
# The kind of shop (SHOPS) that is a grower of vegetables.
GROWER = 13


@dataclass(frozen=True)
class Listed:
    """One element a thing listed: its kind, the entity or else the person behind it (-1: none), where, since when.

    `own_id` is the true id where no entity stands behind it. `closed` is NO_DAY for what goes on.
    """

    kind: np.ndarray
    entity: np.ndarray
    person: np.ndarray
    address: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    first_id: int

    @property
    def count(self) -> int:
        return len(self.kind)

    def true_entities(self, rows: np.ndarray) -> np.ndarray:
        """The index of the true legal entity of each row."""
        return np.where(self.entity[rows] >= 0, self.entity[rows], self.first_id + rows)


@dataclass(frozen=True)
class Directories:
    """The lists of the commerce bureau and of the farming bureau."""

    shops: Listed
    producers: Listed


def producer_names(entities: Entities, book: Listed, rows: np.ndarray, on: int | None = None) -> pl.Series:
    """The registered name on a day, or that of the head of the household."""
    entity, person = book.entity[rows], book.person[rows]
    return either(
        entity >= 0,
        lambda at: entities.names(entity[at], on),
        lambda at: entities.people.names(person[at]),
    )


def shop_names(entities: Entities, book: Listed, rows: np.ndarray, on: int | None = None) -> pl.Series:
    """The name over the shop; villages are called by their community."""
    ground, kind = entities.ground, book.kind[rows]
    owner = producer_names(entities, book, rows, on)
    person = where(book.entity[rows] >= 0, owner, owner.str.slice(0, 1) + "记")
    named = person + pick(SHOP_WORDS, rows % len(SHOP_WORDS))
    return where(kind == VILLAGE, ground.community_name[ground.community_of(book.address[rows])], named)


def make_directories(entities: Entities, schedule: Schedule, streams: Streams) -> Directories:
    """Lists that scale with the people; what is behind an entity begins after it."""
    people, until = entities.people.count, day(schedule.until)
    return Directories(
        shops=_shops(entities, scaled(people, 18_600, 60), until, streams.named("online shops")),
        producers=_producers(entities, scaled(people, 110_000, 100), until, streams.named("farm producers")),
    )


def _listed(
    entities: Entities,
    kind: np.ndarray,
    entity: np.ndarray,
    person: np.ndarray,
    first: int,
    until: int,
    first_id: int,
    rng: np.random.Generator,
) -> Listed:
    at, who = np.maximum(entity, 0), np.maximum(person, 0)
    begin = np.where(entity >= 0, np.maximum(entities.established[at], first), first)
    end = np.where((entity >= 0) & (entities.closed[at] > NO_DAY), entities.closed[at], until)
    opened = begin + (rng.random(len(kind)) * np.maximum(end - begin, 0)).astype(np.int64)
    closed = np.where(rng.random(len(kind)) < 0.1, opened + rng.integers(30, 1500, len(kind)), NO_DAY)
    address = np.where(entity >= 0, entities.address[at], entities.people.lived[who])
    return Listed(
        kind=kind.astype(np.int8),
        entity=entity.astype(np.int32),
        person=person.astype(np.int32),
        address=address.astype(np.int32),
        opened=np.minimum(opened, until).astype(np.int32),
        closed=np.where(closed <= until, closed, NO_DAY).astype(np.int32),
        first_id=first_id,
    )


def _adults(entities: Entities, until: int) -> np.ndarray:
    age = entities.people.age(until)
    return np.flatnonzero((age >= 20) & (age < 75))


def _shops(entities: Entities, count: int, until: int, rng: np.random.Generator) -> Listed:
    """Mostly shops, three fifths of them of a registered trader; few model enterprises, bases, villages, points."""
    kind = weighted(rng, [900, 2, 1, 2, 60], count)
    kind[:4] = [MODEL_ENTERPRISE, MODEL_BASE, VILLAGE, PARCEL_POINT]
    able = np.flatnonzero((entities.kind <= SELF_EMPLOYED) & (entities.kind != BRANCH) & entities.has_code)
    adults = _adults(entities, until)
    with_entity = (rng.random(count) < 0.6) | (kind == MODEL_ENTERPRISE) | (kind == MODEL_BASE)
    with_entity &= kind != VILLAGE
    entity = np.where(with_entity, able[rng.integers(0, len(able), count)], -1)
    person = np.where(with_entity, -1, adults[rng.integers(0, len(adults), count)])
    return _listed(entities, kind, entity, person, day(date(2014, 1, 1)), until, SHOPS_FROM, rng)


def _producers(entities: Entities, count: int, until: int, rng: np.random.Generator) -> Listed:
    """Households by the name of their head, family farms, cooperatives and enterprises that are registered."""
    kind = weighted(rng, [86, 7, 4, 3], count)
    kind[:4] = [HOUSEHOLD, FAMILY_FARM, FARM_COOPERATIVE, FARM_ENTERPRISE]
    coded = entities.has_code
    pools = (
        np.flatnonzero((entities.kind == SELF_EMPLOYED) & (entities.trade == GROWER) & coded),
        np.flatnonzero((entities.kind == COOPERATIVE) & coded),
        np.flatnonzero((entities.kind < COOPERATIVE) & np.isin(entities.trade, FARMING) & coded),
    )
    entity = np.full(count, -1)
    for at, pool in enumerate(pools, FAMILY_FARM):
        rows = np.flatnonzero(kind == at)
        kept = min(len(rows), len(pool))
        entity[rows[:kept]] = rng.permutation(pool)[:kept]
        kind[rows[kept:]] = HOUSEHOLD
    adults = _adults(entities, until)
    person = np.where(entity >= 0, -1, adults[rng.integers(0, len(adults), count)])
    return _listed(entities, kind, entity, person, day(date(2017, 1, 1)), until, PRODUCERS_FROM, rng)
