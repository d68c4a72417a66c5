"""The true legal entities, certificates and credit records, as the world holds them."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator import places
from citylake.simulator.books import entity_ids
from citylake.simulator.drawing import NO_DAY, dates, day, pick
from citylake.simulator.world import World
from citylake.simulator.world_entities import KINDS, NAME, STATUSES, where


def legal_entities(world: World) -> pl.DataFrame:
    """One row a true legal entity; true_entity_id is L and its index, as in entity_links.

    `former_names` is the name before the last change of name; `parent_true_id` the enterprise that a branch belongs to.
    """
    entities, end = world.enterprises, day(world.schedule.until)
    rows = np.arange(entities.count)
    status = entities.status_on(end)
    renamed = np.flatnonzero((entities.change == NAME) & (entities.changed <= end))
    former = pl.Series([None], dtype=pl.String).new_from_index(0, entities.count)
    former = former.scatter(renamed, entities.names(renamed, NO_DAY + 1))
    address = entities.addresses_on(rows, end)
    parent = entities.parent
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("legal_entity", rows),
            "entity_kind": pick(KINDS, entities.kind),
            "uscc": entities.usccs(rows),
            "registration_no": where(entities.kind <= 6, entities.registration_nos(rows)),
            "entity_name": entities.names(rows, end),
            "former_names": former,
            "industry_code": entities.industries(rows),
            "established_date": dates(entities.established),
            "status": pick(STATUSES, status),
            "revoked_date": dates(np.where(status > 0, entities.closed, NO_DAY)),
            "parent_true_id": where(parent >= 0, entity_ids("legal_entity", np.maximum(parent, 0))),
            "representative_true_id": entity_ids("person", entities.representatives(rows, end)),
            "street_code": world.ground.street_codes(address),
            "division_code": pick(places.DIVISIONS, entities.division),
            "in_tax_register": pl.Series(entities.in_tax(rows)),
        }
    )
