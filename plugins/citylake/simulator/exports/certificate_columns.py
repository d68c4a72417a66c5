"""Columns that the exports of all certificates have in common."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import dates, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.files.increments import last_day
from citylake.simulator.world.certificates import CERTIFICATE_STATUSES
from citylake.simulator.world.city import World
from citylake.simulator.world.entities import either


def validity(world: World, rows: np.ndarray, on: int) -> dict[str, pl.Series]:
    """issued_date, valid_from_date, valid_to_date, status and the link column of certificates on a day."""
    book = world.certificates
    return {
        "issued_date": dates(book.issued[rows]),
        "valid_from_date": dates(book.issued[rows]),
        "valid_to_date": dates(book.valid_to[rows]),
        "status": pick(CERTIFICATE_STATUSES, book.status_on(on, rows)),
        "_certificate": pl.Series(rows),
        "_legal_entity": pl.Series(book.entity[rows]),
    }


def holders(world: World, rows: np.ndarray, on: int) -> tuple[pl.Series, pl.Series]:
    """Names and numbers of the holders: entities with their code, persons with their resident ID."""
    book, entities, people = world.certificates, world.enterprises, world.people
    entity, person = book.entity[rows], book.person[rows]
    is_entity = entity >= 0
    names = either(is_entity, lambda at: entities.names(entity[at], on), lambda at: people.names(person[at]))
    return names, either(is_entity, lambda at: entities.usccs(entity[at]), lambda at: people.resident_ids(person[at]))


def last_moments(world: World, period: Period, rows: np.ndarray) -> pl.Series:
    """The moment of the last change of each certificate known at the period's end."""
    book = world.certificates
    known = last_day(period, book.issued[rows], book.closed[rows])
    return moments(world.enterprises.seconds(known, rows))
