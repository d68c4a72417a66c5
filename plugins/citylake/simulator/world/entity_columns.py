"""What is held of every legal entity: small numbers, from which names, codes and addresses are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citylake.simulator.basics.hashed import Hashed
from citylake.simulator.world.people import People
from citylake.simulator.world.places import Places


@dataclass(frozen=True)
class EntityColumns:
    """One element a legal entity in every array; days count from 1970-01-01, NO_DAY means never.

    `change` (NAME, REPRESENTATIVE ...) happened on `changed`; the arrays hold what is true after it, `former_…` what
    was before. `rank` counts within kind and sub-kind. `name_key` is the entity whose name this one bears: its own
    index for nearly all. An entity closed before credit codes came has none (`has_code`); `held_codes` (S18) has one
    for it too, because the organisation code inside is older.
    """

    count: int
    firms: int
    kind: np.ndarray
    sub: np.ndarray
    rank: np.ndarray
    division: np.ndarray
    address: np.ndarray
    former_address: np.ndarray
    area: np.ndarray
    trade: np.ndarray
    capital_wan: np.ndarray
    representative: np.ndarray
    former_representative: np.ndarray
    parent: np.ndarray
    name_key: np.ndarray
    established: np.ndarray
    closed: np.ndarray
    status: np.ndarray
    changed: np.ndarray
    change: np.ndarray
    has_code: np.ndarray
    held_codes: np.ndarray
    hashed: Hashed
    ground: Places
    people: People
