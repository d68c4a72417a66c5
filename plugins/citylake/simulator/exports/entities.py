"""What the registers of legal entities hold: market supervision, tax, the staffing office, civil affairs."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_entities
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import last_day, touched
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.entities import (
    BRANCH,
    FIRST_USCC,
    FIRST_USCC_OF_SELF_EMPLOYED,
    SELF_EMPLOYED,
    STATUSES,
    either,
    where,
)

# Words of the market register for the kinds up to SELF_EMPLOYED.
TYPES = [
    "有限责任公司",
    "有限责任公司(自然人独资)",
    "股份有限公司",
    "农民专业合作社",
    "个人独资企业",
    "有限责任公司分公司",
    "个体工商户",
]
TAX_OFFICES = [f"国家税务总局常州市{name[:2]}税务局" for name in places.DIVISION_NAMES]
MARKET_OFFICES = [f"常州市{name[:2]}市场监督管理局" for name in places.DIVISION_NAMES]


def last_change(world: World, rows: np.ndarray | slice) -> np.ndarray:
    """Day of the last change of an entity's entry: its closing, or else its alteration."""
    entities = world.enterprises
    return np.where(entities.closed[rows] > NO_DAY, entities.closed[rows], entities.changed[rows])


def stock_and_news(world: World, period: Period, rows: np.ndarray) -> np.ndarray:
    """Those of the entities `rows` that an increment of a period carries."""
    return rows[touched(period, world.enterprises.established[rows], last_change(world, rows))]


def founded(world: World, period: Period, rows: np.ndarray) -> np.ndarray:
    """Those of the entities `rows` that existed at the end of a period, closed ones included."""
    return rows[world.enterprises.established[rows] <= day(period.end)]


def updated(world: World, period: Period, rows: np.ndarray) -> pl.Series:
    """The moment of the last change known at the period's end."""
    entities = world.enterprises
    return moments(entities.seconds(last_day(period, entities.established[rows], last_change(world, rows)), rows))


def head(world: World, rows: np.ndarray, on: int) -> dict[str, pl.Series]:
    """legal_representative_name and legal_representative_id on a day."""
    person = world.enterprises.representatives(rows, on)
    return {
        "legal_representative_name": world.people.names(person),
        "legal_representative_id": world.people.resident_ids(person),
    }


def seat(world: World, rows: np.ndarray, on: int) -> dict[str, pl.Series]:
    """address, street_code, division_code and the link column of the address on a day."""
    address = world.enterprises.addresses_on(rows, on)
    return {
        "address": world.ground.address_texts(address),
        "street_code": world.ground.street_codes(address),
        "division_code": pick(places.DIVISIONS, world.enterprises.division[rows]),
        "_address": pl.Series(address, dtype=pl.Int32),
    }


def closing(world: World, rows: np.ndarray, on: int) -> tuple[np.ndarray, pl.Series]:
    """Index into STATUSES on a day, and the day on which the entry was closed."""
    status = world.enterprises.status_on(on, rows)
    return status, dates(np.where(status > 0, world.enterprises.closed[rows], NO_DAY))


def _market(world: World, period: Period, rows: np.ndarray) -> dict[str, pl.Series]:
    """What the registers of enterprises and of the self-employed have in common."""
    entities, end = world.enterprises, day(period.end)
    status, closed = closing(world, rows, end)
    return {
        "entity_record_no": entities.record_nos(rows),
        "uscc": entities.usccs(rows),
        "registration_no": entities.registration_nos(rows),
        "entity_name": entities.names(rows, end),
        **head(world, rows, end),
        **seat(world, rows, end),
        "industry_code": entities.industries(rows),
        "established_date": dates(entities.established[rows]),
        "revoked_date": closed,
        "status": pick(STATUSES, status),
        "updated_at": updated(world, period, rows),
        "_legal_entity": pl.Series(rows),
    }


def enterprises(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The market register's increment: enterprises, branches and cooperatives."""
    entities = world.enterprises
    return pl.DataFrame(
        {
            **_market(world, period, rows),
            "entity_type": pick(TYPES, entities.kind[rows]),
            "registered_capital_cny": where(
                entities.kind[rows] != BRANCH, pl.Series(entities.capital_wan[rows].astype(float))
            ),
            "valid_to_date": dates(entities.terms(rows)),
        }
    )


def self_employed(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The increment of the register of the self-employed."""
    return pl.DataFrame({**_market(world, period, rows), "phone": world.enterprises.phones(rows)})


def _tax_rows(world: World, period: Period) -> np.ndarray:
    rows = np.flatnonzero(world.enterprises.kind <= SELF_EMPLOYED)
    rows = rows[world.enterprises.in_tax(rows)]
    return stock_and_news(world, period, rows)


def taxpayer_nos(world: World, rows: np.ndarray) -> pl.Series:
    """Numbers of taxpayers: the credit code; of a third of the self-employed the operator's ID and two digits."""
    entities = world.enterprises
    by_person = (entities.kind[rows] == SELF_EMPLOYED) & (entities.hashed.share("tax number", rows) < 0.3)
    serial = pl.Series(10 + rows % 90).cast(pl.String)
    return either(
        by_person,
        lambda at: world.people.resident_ids(entities.representative[rows[at]]) + serial.gather(at),
        lambda at: entities.usccs(rows[at]),
    )


def taxpayers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The tax office's increment: registered a little after the market register, closed at the same time."""
    entities, end = world.enterprises, day(period.end)
    status, closed = closing(world, rows, end)
    at_seat = seat(world, rows, end - 30)
    return pl.DataFrame(
        {
            "tax_registration_no": taxpayer_nos(world, rows),
            "uscc": entities.usccs(rows),
            "entity_name": entities.names(rows, end - 60),
            **head(world, rows, end - 30),
            "taxpayer_type_code": pick(TYPES, entities.kind[rows]),
            "industry_code": entities.industries(rows),
            **at_seat,
            # The tax office keeps a list of streets of its own: eleven digits, none of them a statistical code.
            "street_code": "1" + at_seat["street_code"] + "0",
            "tax_authority_code": pick(TAX_OFFICES, entities.division[rows]),
            "registered_date": dates(np.minimum(entities.established[rows] + 3, end)),
            "revoked_date": where(status == 2, closed),
            "status": pick(["normal", "abnormal", "deregistered"], status),
            "updated_at": updated(world, period, rows),
            "_legal_entity": pl.Series(rows),
        }
    )


def _map_rows(world: World, period: Period) -> np.ndarray:
    entities = world.enterprises
    begin = np.where(entities.kind == SELF_EMPLOYED, FIRST_USCC_OF_SELF_EMPLOYED, FIRST_USCC)
    is_old = (entities.kind <= SELF_EMPLOYED) & (entities.established < begin)
    return np.flatnonzero(is_old & (entities.hashed.share("map", np.arange(entities.count)) < 0.97))


def registration_numbers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Old registration numbers with the codes that came for them; without one where the entity was closed before."""
    entities = world.enterprises
    has_code, kind = entities.has_code[rows], entities.kind[rows]
    begin = np.where(kind == SELF_EMPLOYED, FIRST_USCC_OF_SELF_EMPLOYED, FIRST_USCC)
    changed = np.where(has_code, begin + entities.hashed.below("converted", rows, 800), NO_DAY)
    organisation = where(kind != SELF_EMPLOYED, entities.organisation_codes(rows))
    return pl.DataFrame(
        {
            "registration_no": entities.registration_nos(rows),
            "organisation_code": organisation,
            "tax_registration_no": pl.Series(entities.area[rows]).cast(pl.String) + organisation,
            "uscc": entities.usccs(rows),
            "entity_name": entities.names(rows),
            "entity_type": pick(TYPES, kind),
            "changed_date": dates(changed),
            "authority_name": pick(MARKET_OFFICES, entities.division[rows]),
            "status": pick(["unconverted", "converted"], has_code.astype(np.int64)),
            "_legal_entity": pl.Series(rows),
        }
    )


EXPORTS = [
    Export(
        "market_supervision__enterprises",
        lambda world, period: stock_and_news(world, period, world.enterprises.of_kind(*range(BRANCH + 1))),
        enterprises,
        soil=dirt_entities.soil_enterprises,
    ),
    Export(
        "market_supervision__self_employed",
        lambda world, period: stock_and_news(world, period, world.enterprises.of_kind(SELF_EMPLOYED)),
        self_employed,
        soil=dirt_entities.soil_self_employed,
    ),
    Export("tax__taxpayers", _tax_rows, taxpayers, dirt_entities.double_taxpayers, dirt_entities.soil_taxpayers),
    Export(
        "market_supervision__registration_number_map",
        _map_rows,
        registration_numbers,
        dirt_entities.double_numbers,
        dirt_entities.soil_numbers,
    ),
]
