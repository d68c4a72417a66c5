"""What the staffing office and civil affairs hold: organs, institutions, social organisations."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import dates, day, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_entities
from citylake.simulator.exports.entities import closing, founded, head, seat
from citylake.simulator.files.exporting import Export
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.entities import (
    ASSOCIATION,
    FIRST_USCC,
    FOUNDATION,
    INSTITUTION,
    MASS,
    ORGAN,
    PRIVATE_UNIT,
    where,
)

CHECKS = ["passed", "basic", "failed", "unchecked"]


def organs(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Organs, mass organisations and institutions at the end of the quarter."""
    entities, end = world.enterprises, day(period.end)
    kind = entities.kind[rows]
    is_institution = kind == INSTITUTION
    status, closed = closing(world, rows, end)
    head_of = head(world, rows, end)
    at_seat = seat(world, rows, end)
    number = "132040" + pl.Series(10**6 + rows % 10**6).cast(pl.String)
    other = entities.names(rows) + "(" + pick(places.DIVISION_NAMES, entities.division[rows]) + "分部)"
    has_other = is_institution & (entities.hashed.share("other name", rows) < 0.1)
    return pl.DataFrame(
        {
            "uscc": entities.usccs(rows),
            "certificate_no": where(is_institution, number),
            "entity_name": entities.names(rows, end),
            "other_name": where(has_other, other),
            "entity_type": pick(["organ", "mass_organisation", "institution"], kind.astype(np.int64) - ORGAN),
            "legal_representative_name": head_of["legal_representative_name"],
            "sponsor_name": where(is_institution, pick(SPONSORS, entities.sub[rows])),
            "funding_source_code": pick(
                ["full", "partial", "own"],
                np.where(is_institution, entities.hashed.weighted("funds", rows, [7, 2, 1]), 0),
            ),
            "registered_capital_cny": where(is_institution, pl.Series(entities.capital_wan[rows].astype(float))),
            "address": at_seat["address"],
            "division_code": at_seat["division_code"],
            "established_date": dates(entities.established[rows]),
            "valid_to_date": where(is_institution, dates(entities.established[rows] % 1826 + end)),
            "revoked_date": closed,
            "status": pick(["active", "revoked", "deregistered"], status),
            "_legal_entity": pl.Series(rows),
            "_address": at_seat["_address"],
        }
    )


SPONSORS = ["常州市人民政府", "常州市教育局", "常州市卫生健康委员会"]


def social_organisations(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Associations, private units and foundations at the end of the quarter."""
    entities, end = world.enterprises, day(period.end)
    _, closed = closing(world, rows, end)
    at_seat = seat(world, rows, end)
    is_old = entities.established[rows] < FIRST_USCC
    check = entities.hashed.weighted(f"check {period.end.year}", rows, [80, 8, 3, 9])
    return pl.DataFrame(
        {
            "uscc": entities.usccs(rows),
            "registration_no": where(is_old, "常民证字第" + pl.Series(10000 + rows % 90000).cast(pl.String) + "号"),
            "entity_name": entities.names(rows, end),
            "entity_type": pick(["association", "private_unit", "foundation"], entities.kind[rows].astype(int) - 10),
            "legal_representative_name": head(world, rows, end)["legal_representative_name"],
            "registered_capital_cny": pl.Series((entities.capital_wan[rows] % 300 + 3).astype(float)),
            "sponsor_name": pick(["常州市民政局", "常州市教育局", "常州市卫生健康委员会"], entities.sub[rows]),
            "address": at_seat["address"],
            "division_code": at_seat["division_code"],
            "phone": entities.phones(rows),
            "established_date": dates(entities.established[rows]),
            "valid_to_date": dates(end + 30 + entities.established[rows] % 1460),
            "revoked_date": closed,
            "status": pick(CHECKS, check),
            "_legal_entity": pl.Series(rows),
            "_address": at_seat["_address"],
        }
    )


def _coded(world: World, *kinds: int) -> np.ndarray:
    """Entities of these kinds that ever got a credit code."""
    rows = world.enterprises.of_kind(*kinds)
    return rows[world.enterprises.has_code[rows]]


EXPORTS = [
    Export(
        "public_sector_reform__organs_and_institutions",
        lambda world, period: founded(world, period, _coded(world, ORGAN, MASS, INSTITUTION)),
        organs,
        soil=dirt_entities.soil_organs,
    ),
    Export(
        "civil_affairs__social_organisations",
        lambda world, period: founded(world, period, _coded(world, ASSOCIATION, PRIVATE_UNIT, FOUNDATION)),
        social_organisations,
        soil=dirt_entities.soil_social,
    ),
]
