"""The true legal entities, certificates and credit records, as the world holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, pick
from citylake.simulator.exports import credit_texts
from citylake.simulator.files.books import entity_ids
from citylake.simulator.world import divisions as places
from citylake.simulator.world.certificates import PROPERTY, TYPE_NAMES
from citylake.simulator.world.city import World
from citylake.simulator.world.credit import RED_LISTS, Records
from citylake.simulator.world.directories import PSEUDO_UNITS_FROM, Listed, producer_names, shop_names
from citylake.simulator.world.entities import COOPERATIVE, KINDS, NAME, SELF_EMPLOYED, STATUSES, Entities, where

# The kinds as the base database tells them.
ENTITY_KINDS = dict.fromkeys((*KINDS[:COOPERATIVE], "sole_proprietorship"), "enterprise") | {
    "mass_organisation": "organ",
    "association": "social_organisation",
    "private_unit": "social_organisation",
    "foundation": "social_organisation",
}


BLOCK = 100_000


def truth_blocks(world: World) -> dict[str, Iterator[pl.DataFrame]]:
    """The tables of legal entities, certificates, credit subjects and credit records, each block by block."""
    return {
        "legal_entities": _legal_entities(world),
        "certificates": _blocks(world, _certificates, np.arange(world.certificates.count)),
        "credit_subjects": _blocks(world, _credit_subjects, _all_subjects(world)),
        "credit_records": _credit_records(world),
    }


def _blocks(
    world: World, make: Callable[[World, np.ndarray], pl.DataFrame], rows: np.ndarray
) -> Iterator[pl.DataFrame]:
    for start in range(0, max(len(rows), 1), BLOCK):
        yield make(world, rows[start : start + BLOCK])


def _legal_entities(world: World) -> Iterator[pl.DataFrame]:
    """One row a true legal entity; true_entity_id is L and its index, as in entity_links.

    `former_names` is the name before the last change of name; `parent_true_id` the enterprise that a branch belongs to.
    Farm households, shops of persons and windows for flexible workers stand behind the registered ones.
    """
    yield from _blocks(world, _registered, np.arange(world.enterprises.count))
    empty = _registered(world, np.arange(1)).clear()
    book = world.directories
    for listed, kind, names in (
        (book.producers, "farm_household", producer_names),
        (book.shops, "online_shop", shop_names),
    ):
        yield pl.concat([empty, _listed(world, listed, kind, names)], how="diagonal")
    windows = entity_ids("legal_entity", PSEUDO_UNITS_FROM + np.arange(len(places.DIVISIONS)))
    units = pl.DataFrame({"true_entity_id": windows, "division_code": places.DIVISIONS})
    yield pl.concat([empty, units.with_columns(pl.lit("insured_unit").alias("entity_kind"))], how="diagonal")


def _listed(
    world: World, book: Listed, kind: str, names: Callable[[Entities, Listed, np.ndarray], pl.Series]
) -> pl.DataFrame:
    """What no registered entity stands behind; it ended where the list says so."""
    rows = np.flatnonzero(book.entity < 0)
    end, address = day(world.schedule.until), book.address[rows]
    is_closed = (book.closed[rows] > NO_DAY) & (book.closed[rows] <= end)
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("legal_entity", book.true_entities(rows)),
            "entity_kind": pick([kind], np.zeros(len(rows), dtype=np.int64)),
            "entity_name": names(world.enterprises, book, rows),
            "established_date": dates(book.opened[rows]),
            "status": pick(["active", "deregistered"], is_closed.astype(np.int64)),
            "street_code": world.ground.street_codes(address),
            "division_code": world.ground.division_codes(address),
        }
    )


def _registered(world: World, rows: np.ndarray) -> pl.DataFrame:
    entities, end = world.enterprises, day(world.schedule.until)
    kind, parent = entities.kind[rows], entities.parent[rows]
    status = entities.status_on(end, rows)
    renamed = (entities.change[rows] == NAME) & (entities.changed[rows] <= end)
    address = entities.addresses_on(rows, end)
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("legal_entity", rows),
            "entity_kind": pick([ENTITY_KINDS.get(one, one) for one in KINDS], kind),
            "uscc": entities.usccs(rows),
            "registration_no": where(kind <= SELF_EMPLOYED, entities.registration_nos(rows)),
            "entity_name": entities.names(rows, end),
            "former_names": where(renamed, entities.names(rows, NO_DAY + 1)),
            "industry_code": entities.industries(rows),
            "established_date": dates(entities.established[rows]),
            "status": pick(STATUSES, status),
            "revoked_date": dates(np.where(status > 0, entities.closed[rows], NO_DAY)),
            "parent_true_id": where(parent >= 0, entity_ids("legal_entity", np.maximum(parent, 0))),
            "representative_true_id": entity_ids("person", entities.representatives(rows, end)),
            "street_code": world.ground.street_codes(address),
            "division_code": pick(places.DIVISIONS, entities.division[rows]),
            "in_tax_register": pl.Series(entities.in_tax(rows)),
        }
    )


def _certificates(world: World, rows: np.ndarray) -> pl.DataFrame:
    """One row a true certificate of the registers of entities and of land: number, type, holder, term.

    `second_holder_true_id` is the other holder of a title that two persons hold. `closed_date` is the day on which it
    was revoked, cancelled or replaced.
    """
    book, end = world.certificates, day(world.schedule.until)
    kind, entity, person, closed = book.kind_of(rows), book.entity[rows], book.person[rows], book.closed[rows]
    is_entity = entity >= 0
    second = np.where(kind == PROPERTY, book.other[rows], -1)
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("certificate", rows),
            "certificate_no": book.numbers(rows),
            "certificate_type": pick(TYPE_NAMES, kind),
            "holder_type": pick(["person", "legal_entity"], is_entity.astype(np.int64)),
            "true_holder_id": where(
                is_entity,
                entity_ids("legal_entity", np.maximum(entity, 0)),
                entity_ids("person", np.maximum(person, 0)),
            ),
            "second_holder_true_id": where(second >= 0, entity_ids("person", np.maximum(second, 0))),
            "issued_date": dates(book.issued[rows]),
            "valid_to": dates(book.valid_to[rows]),
            "closed_date": dates(np.where(closed <= end, closed, NO_DAY)),
        }
    )


def _all_subjects(world: World) -> np.ndarray:
    """The subjects of any credit record, ratings left out."""
    credit = world.credit
    books = (credit.licences, credit.penalties, credit.lists, credit.abnormal, credit.defaulters, credit.repairs)
    return np.unique(np.concatenate([book.subjects() for book in (*books, credit.inspections)]))


def _credit_subjects(world: World, subjects: np.ndarray) -> pl.DataFrame:
    """One row a true subject: the entity's code and name; persons have neither here."""
    entities = world.enterprises
    is_entity = subjects < entities.count
    at = np.where(is_entity, subjects, 0)
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("credit_subject", subjects),
            "subject_type": pick(["person", "legal_entity"], is_entity.astype(np.int64)),
            "uscc": where(is_entity, entities.usccs(at)),
            "entity_name": where(is_entity, entities.names(at, day(world.schedule.until))),
        }
    )


def _credit_records(world: World) -> Iterator[pl.DataFrame]:
    """One row a true record: who it is about, what it is, its document, when it was made, ends, was closed.

    Ratings (every year, every taxpayer) and inspections are not repeated here: their exports are the world itself.
    """
    credit = world.credit
    books = (
        (credit.licences, "licence", "许"),
        (credit.penalties, "penalty", "罚"),
        (credit.lists, "list", "名单"),
        (credit.abnormal, "abnormal_operation", ""),
        (credit.defaulters, "defaulter", ""),
        (credit.repairs, "repair", ""),
    )
    for book, record_type, word in books:
        make = partial(_records, book=book, record_type=record_type, word=word)
        yield from _blocks(world, make, np.arange(book.count))


def _records(world: World, rows: np.ndarray, book: Records, record_type: str, word: str) -> pl.DataFrame:
    entity, person, closed = book.entity[rows], book.person[rows], book.closed[rows]
    own = world.enterprises.division[np.maximum(entity, 0)]
    division = np.where(entity >= 0, own, world.people.division[np.maximum(person, 0)]).astype(np.int64)
    types, sort = [record_type], np.zeros(len(rows), dtype=np.int64)
    if record_type == "list":
        types, sort = ["red_list", "black_list"], (book.kind[rows] >= len(RED_LISTS)).astype(np.int64)
        division = rows % len(places.DIVISIONS)
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    return pl.DataFrame(
        {
            "true_entity_id": entity_ids("credit_subject", book.subjects(rows)),
            "record_type": pick(types, sort),
            "decision_no": credit_texts.decision_nos(word, rows, book.made[rows], division) if word else none,
            "made_date": dates(book.made[rows]),
            "ends_date": dates(book.until[rows]),
            "closed_date": dates(np.where(closed <= day(world.schedule.until), closed, NO_DAY)),
        }
    )
