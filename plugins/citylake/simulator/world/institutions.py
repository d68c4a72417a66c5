"""Schools and medical institutions of the city: places of work of legal entities, several of them at some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import Streams, day, pick, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places
from citylake.simulator.world.entities import INSTITUTION, MEDICAL, SCHOOL, Entities, scaled, where
from citylake.simulator.world.places import Places

# In the order of entity_names.SCHOOL_WORDS.
STAGES = ("kindergarten", "primary", "middle", "high", "vocational", "nine_year", "complete", "special")
NINE_YEAR, COMPLETE = 5, 6
HOSPITAL, CENTRE, VILLAGE_ROOM, PRIVATE_CLINIC = range(4)
VILLAGE_ROOMS_OF_CITY = 900


@dataclass(frozen=True)
class Schools:
    """One element a school or campus: its legal entity, stage (index into STAGES), address; campuses follow later."""

    count: int
    entity: np.ndarray
    stage: np.ndarray
    is_campus: np.ndarray
    is_public: np.ndarray
    address: np.ndarray
    division: np.ndarray
    street: np.ndarray
    entities: Entities

    def codes(self, rows: np.ndarray) -> pl.Series:
        """Ten digits: the division and a number; those of 金坛 still begin with the division's code of before 2015."""
        division = pick(places.DIVISIONS, self.entities.division[self.entity[rows]])
        old = division.replace("320413", "320482")
        return old + pl.Series(10_000 + self.entity[rows] % 10_000).cast(pl.String).str.slice(1)

    def names(self, rows: np.ndarray) -> pl.Series:
        """The entity's name; campuses have their own behind it."""
        campus = pick(["(东校区)", "(西校区)", "(新校区)"], rows % 3)
        return self.entities.names(self.entity[rows]) + where(self.is_campus[rows], campus, pick([""], rows * 0))

    def students(self, rows: np.ndarray) -> np.ndarray:
        """Pupils and students of each."""
        return 120 + self.entities.hashed.below("students", rows, 1900)


@dataclass(frozen=True)
class MedicalInstitutions:
    """One element a medical institution. `entity` is who runs it: village rooms belong to the health centres.

    `kind` is HOSPITAL (those with a maternity ward), CENTRE, VILLAGE_ROOM or PRIVATE_CLINIC; `opened` a day.
    """

    count: int
    entity: np.ndarray
    kind: np.ndarray
    address: np.ndarray
    division: np.ndarray
    street: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    entities: Entities
    ground: Places

    def codes(self, rows: np.ndarray) -> pl.Series:
        """Organisation code, division and a number of seven digits, which tells institutions of one entity apart."""
        division = pick(places.DIVISIONS, self.division[rows])
        serial = pl.Series(10_000_000 + rows).cast(pl.String).str.slice(1)
        return self.entities.organisation_codes(self.entity[rows]) + division + serial

    def names(self, rows: np.ndarray) -> pl.Series:
        """The entity's name; village rooms are called by their community."""
        community = self.ground.community_name[self.ground.community_of(self.address[rows])]
        return where(self.kind[rows] == VILLAGE_ROOM, community + "卫生室", self.entities.names(self.entity[rows]))

    def grades(self, rows: np.ndarray) -> np.ndarray:
        """Index into GRADES: hospitals by their rank, health centres of the first grade, the rest without one."""
        rank = self.entities.rank[self.entity[rows]] // 3
        hospital = np.where(rank % 7 == 0, 0, 1 + self.entities.hashed.below("grade", rows, 4))
        kind = self.kind[rows]
        return np.where(kind == HOSPITAL, hospital, np.where(kind == CENTRE, 5, 6))

    def beds(self, rows: np.ndarray) -> np.ndarray:
        """Beds: hundreds in hospitals, a few in health centres, none elsewhere."""
        most = np.array([1800, 90, 1, 40])[self.kind[rows]]
        least = np.array([200, 10, 0, 0])[self.kind[rows]]
        return least + self.entities.hashed.below("beds", rows, 1_000_000) * (most - least) // 1_000_000


GRADES = ("3a", "3b", "2a", "2b", "2", "1", "none")


def make_schools(entities: Entities, streams: Streams) -> Schools:
    """A school for every entity that is one, and a campus elsewhere for one in eight."""
    rng = streams.named("schools")
    main = np.flatnonzero((entities.sub == SCHOOL) & entities.has_code)
    with_campus = np.sort(rng.permutation(main)[: max(2, len(main) // 8)])
    entity = np.concatenate([main, with_campus])
    elsewhere = entities.ground.draw(rng, entities.division[with_campus], is_work=True)
    address = np.concatenate([entities.address[main], elsewhere])
    return Schools(
        count=len(entity),
        entity=entity.astype(np.int32),
        stage=entities.trade[entity],
        is_campus=np.arange(len(entity)) >= len(main),
        is_public=entities.kind[entity] == INSTITUTION,
        address=address,
        division=entities.division[entity],
        street=entities.ground.street_of(address).astype(np.int8),
        entities=entities,
    )


def make_medical(entities: Entities, people: int, schedule: Schedule, streams: Streams) -> MedicalInstitutions:
    """Hospitals, health centres with their village rooms, private hospitals and clinics; a few opened of late."""
    rng = streams.named("medical institutions")
    first, until = day(schedule.first_day), day(schedule.until)
    owners = np.flatnonzero((entities.sub == MEDICAL) & entities.has_code)
    is_public = entities.kind[owners] == INSTITUTION
    is_hospital = is_public & (entities.rank[owners] % 3 == 0)
    own_kind = np.where(is_hospital, HOSPITAL, np.where(is_public, CENTRE, PRIVATE_CLINIC))
    rooms = scaled(people, VILLAGE_ROOMS_OF_CITY, 12)
    centres = owners[own_kind == CENTRE]
    host = centres[np.arange(rooms) % len(centres)]
    room_address = entities.ground.draw(rng, entities.division[host])
    entity = np.concatenate([owners, host])
    opened = entities.established[entity].astype(np.int64)
    latest = np.arange(len(owners), len(entity))[::6]
    opened[latest] = np.maximum(opened[latest], first + rng.integers(0, until - first + 1, len(latest)))
    closes = weighted(rng, [96, 4], len(entity)) == 1
    own_end = entities.closed[entity].astype(np.int64)
    end = opened + 400 + rng.integers(0, 3000, len(entity))
    return MedicalInstitutions(
        count=len(entity),
        entity=entity.astype(np.int32),
        kind=np.concatenate([own_kind, np.full(rooms, VILLAGE_ROOM)]).astype(np.int8),
        address=np.concatenate([entities.address[owners], room_address]),
        division=entities.division[entity],
        street=entities.ground.street_of(np.concatenate([entities.address[owners], room_address])).astype(np.int8),
        opened=opened.astype(np.int32),
        closed=np.where(closes & (own_end < 0) & (end <= until), end, own_end).astype(np.int32),
        entities=entities,
        ground=entities.ground,
    )
