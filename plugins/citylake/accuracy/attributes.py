"""Attribute values of the base databases beside the truth, and beside what the best single department says.

Compared is every column that stands under one name in `truth/<things>.parquet` and in the dimension. Over the true
things that any record leads to:
*equal*: of the values that the dimension shows, those that are the truth's. Of persons the truth knows everything, and
a revocation that it does not have never came: there a shown value is wrong. What else it does not know is left out;
*known*: of the values that the truth has, those that the dimension shows and that are right.
A department's share is of *known*'s kind. What it says of a thing is the losing value in
quality.fct_attribute_conflicts if it lost there, else it agrees with the dimension: so an empty cell counts as
agreement, and its share is an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from citylake.accuracy import asked
from citylake.accuracy.city import City
from citylake.accuracy.model import Figure

THINGS = {
    "person": ("persons", "dim_persons", "person_id"),
    "legal_entity": ("legal_entities", "dim_legal_entities", "legal_entity_id"),
    "certificate": ("certificates", "dim_certificates", "certificate_id"),
    "credit_subject": ("credit_subjects", "dim_credit_subjects", "credit_subject_id"),
    "place": ("places", "dim_places", "place_id"),
}
# The base numbers its households itself; which persons are together in one is counted as pairs (matching).
_NOT_ATTRIBUTES = {"true_entity_id", "household_id", "valid_from", "valid_to", "source_count", "match_score"}
_MAY_NEVER_COME = {"revoked_date"}
_NUMBERS = ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "UBIGINT", "HUGEINT", "DECIMAL")
RELATIVE = 1e-6
# About a metre: conversion between coordinate systems and back is exact to less.
_DEGREES = 1e-5


@dataclass(frozen=True)
class _Attribute:
    entity_type: str
    name: str
    truth: str
    dimension: str
    key: str
    is_number: bool
    has_dataset: bool
    is_complete: bool

    def agrees(self, left: str, right: str) -> str:
        """SQL: whether two values are the same; dates and codes as text, numbers within what rounding takes."""
        if not self.is_number:
            return f"cast({left} as varchar) = cast({right} as varchar)"
        within = _DEGREES if self.name in ("longitude", "latitude") else f"{RELATIVE} * greatest(1, abs({right}))"
        return f"abs(try_cast({left} as double) - {right}) <= {within}"


def attribute_figures(city: City) -> list[Figure]:
    """For every attribute *equal* and *known*, the best department in the note of the latter; then all together."""
    found: list[Figure] = []
    for entity_type in THINGS:
        mine = [one for attribute in _attributes(city, entity_type) for one in _figures(city, attribute)]
        for measure, least in (("equal", asked.ATTRIBUTES), ("known", None)):
            some = [one for one in mine if one.measure == measure]
            if some:
                parts, wholes = sum(one.part for one in some), sum(one.whole for one in some)
                found.append(Figure("attributes", f"{entity_type}, all", measure, parts, wholes, least))
        found.extend(mine)
    return found


def _attributes(city: City, entity_type: str) -> Iterator[_Attribute]:
    truth, dimension, key = THINGS[entity_type]
    here, there = city.columns(f"truth_{truth}"), city.columns(f"base.{dimension}")
    for name, kind in here.items():
        if name in there and name not in _NOT_ATTRIBUTES | {key}:
            is_number = kind.startswith(_NUMBERS)
            has_dataset = f"{name}_dataset_id" in there
            is_complete = entity_type == "person" or name in _MAY_NEVER_COME
            yield _Attribute(
                entity_type, name, f"truth_{truth}", f"base.{dimension}", key, is_number, has_dataset, is_complete
            )


def _figures(city: City, attribute: _Attribute) -> Iterator[Figure]:
    one, subject = attribute, f"{attribute.entity_type}.{attribute.name}"
    unknown = "" if one.is_complete else f"and truth.{one.name} is not null"
    city.run(
        f"""
        create or replace temp table compared as
        select
            main.true_entity_id,
            main.entity_id,
            truth.{one.name} as true_value,
            shown.{one.name} as shown_value,
            {f"shown.{one.name}_dataset_id" if one.has_dataset else "null"} as dataset_id,
            coalesce({one.agrees(f"shown.{one.name}", f"truth.{one.name}")}, false) as is_equal
        from main_entities as main
        inner join {one.truth} as truth on main.true_entity_id = truth.true_entity_id
        inner join {one.dimension} as shown on main.entity_id = shown.{one.key}
        where main.entity_type = '{one.entity_type}' {unknown}
        """
    )
    equal, shown, known, right = city.counts(
        "select count(*) filter (where is_equal), count(shown_value), count(true_value),"
        " count(*) filter (where is_equal and true_value is not null) from compared"
    )
    yield Figure("attributes", subject, "equal", equal, shown)
    best = _best_department(city, one)
    if best is None or not known:
        yield Figure("attributes", subject, "known", right, known)
        return
    department, its = best
    yield Figure("attributes", subject, "known", right, known, its / known, note=f"{department} {its / known:.4f}")


def _best_department(city: City, one: _Attribute) -> tuple[str, int] | None:
    """The department with most right values of this attribute, and how many; None when nobody is named for it."""
    found = city.rows(
        f"""
        with

        said as (
            select entity_id, loser_dataset_id as dataset_id, loser_value as value
            from quality.fct_attribute_conflicts
            where entity_type = '{one.entity_type}' and attribute = '{one.name}'
        ),

        givers as (
            select distinct dataset_id from compared where dataset_id is not null
            union
            select distinct dataset_id from said
        ),

        covered as (
            select distinct records.dataset_id, records.true_entity_id
            from records
            inner join givers using (dataset_id)
            where records.entity_type = '{one.entity_type}' and records.role = 'self'
        ),

        judged as (
            select
                covered.dataset_id,
                covered.true_entity_id,
                coalesce(bool_or({one.agrees("said.value", "compared.true_value")}), any_value(compared.is_equal))
                    as is_right
            from covered
            inner join compared using (true_entity_id)
            left join said on compared.entity_id = said.entity_id and covered.dataset_id = said.dataset_id
            where compared.true_value is not null
            group by all
        ),

        by_department as (
            select split_part(dataset_id, '__', 1) as department, true_entity_id, bool_or(is_right) as is_right
            from judged
            group by all
        )

        select department, count(*) filter (where is_right) as n
        from by_department
        group by all
        order by n desc, department
        limit 1
        """
    )
    return (str(found[0][0]), int(str(found[0][1]))) if found else None
