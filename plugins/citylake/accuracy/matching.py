"""Pairwise precision and recall: of the pairs of records that stand for one thing in the base, and that truly do.

A pair is two linked records (dataset, file, sheet, line, role). With n(t, e) records of true thing t in entity e, the
pairs found together are sum over e of C(n(e), 2), those truly together sum over t of C(n(t), 2), and those that are
both sum over t and e of C(n(t, e), 2).
"""

from __future__ import annotations

from citylake.accuracy import asked
from citylake.accuracy.city import City
from citylake.accuracy.model import Figure, Rule

_RECORDS = """
create temp table records as
select
    truth.entity_type,
    truth.true_entity_id,
    links.entity_id,
    links.match_rule,
    truth.dataset_id,
    truth.role,
    truth.file_name,
    coalesce(truth.sheet_name, '') as sheet,
    truth.line_number
from truth_entity_links as truth
inner join base.fct_entity_links as links
    on
        truth.entity_type = links.entity_type
        and truth.dataset_id = links.dataset_id
        and truth.file_name = links.file_name
        and coalesce(truth.sheet_name, '') = coalesce(links.sheet_name, '')
        and truth.line_number = links.line_number
        and truth.role = links.role
where truth.true_entity_id is not null
"""

_CELLS = """
create temp table cells as
select entity_type, true_entity_id, entity_id, count(*) as n
from records
group by all
"""

# One entity stands for a true thing: the one with most of its records.
_MAIN = """
create temp table main_entities as
select
    entity_type,
    true_entity_id,
    arg_max(entity_id, (n, entity_id)) as entity_id
from cells
group by all
"""

_PAIRS = """
with

both_ways as (
    select entity_type, sum(n * (n - 1) // 2) as pairs from cells group by all
),

by_entity as (
    select entity_type, entity_id, sum(n) as n from cells group by all
),

by_truth as (
    select entity_type, true_entity_id, sum(n) as n from cells group by all
),

found as (
    select entity_type, sum(n * (n - 1) // 2) as pairs from by_entity group by all
),

true_pairs as (
    select entity_type, sum(n * (n - 1) // 2) as pairs from by_truth group by all
)

select
    entity_type,
    both_ways.pairs,
    found.pairs,
    true_pairs.pairs
from both_ways
inner join found using (entity_type)
inner join true_pairs using (entity_type)
order by entity_type
"""

# A record counts as due when its file was taken, its row was not set aside, and its dataset and role are linked at all.
_LINKED = """
with

linked_roles as (
    select distinct entity_type, dataset_id, role from records
),

set_aside as (
    select distinct rows.file_name, coalesce(rows.sheet_name, '') as sheet_name, rows.line_number
    from quality.fct_quarantined_rows as rows
    inner join quality.fct_deliveries as deliveries
        on rows.delivery_id = deliveries.delivery_id and deliveries.status = 'accepted'
    where rows.status <> 'noted'
),

due as (
    select truth.entity_type, count(*) as records
    from truth_entity_links as truth
    inner join linked_roles using (entity_type, dataset_id, role)
    inner join (
        select distinct file_name from quality.fct_deliveries where status = 'accepted'
    ) as taken using (file_name)
    left join set_aside
        on
            truth.file_name = set_aside.file_name
            and coalesce(truth.sheet_name, '') = set_aside.sheet_name
            and truth.line_number = set_aside.line_number
    where set_aside.line_number is null and truth.true_entity_id is not null
    group by all
)

select entity_type, (select count(*) from records where records.entity_type = due.entity_type), records
from due
order by entity_type
"""

_RULES = """
with

owners as (
    select entity_type, entity_id, arg_max(true_entity_id, (n, true_entity_id)) as true_entity_id
    from cells
    group by all
)

select
    records.entity_type,
    records.match_rule,
    count(*),
    count(*) filter (where records.true_entity_id <> owners.true_entity_id)
from records
inner join owners using (entity_type, entity_id)
group by all
order by all
"""


def compare_links(city: City) -> None:
    """Makes the temporary tables `records`, `cells` and `main_entities` that the other chapters read too."""
    for sql in (_RECORDS, _CELLS, _MAIN):
        city.run(sql)


def pair_figures(city: City) -> list[Figure]:
    """Precision, recall and the share of records linked, of each type of entity that was linked."""
    found = []
    for entity_type, both, together, truly in city.rows(_PAIRS):
        is_held = entity_type in asked.HELD_TO_PAIRS
        for measure, whole, least in (
            ("precision", together, asked.PRECISION[city.faults]),
            ("recall", truly, asked.RECALL[city.faults]),
        ):
            found.append(
                Figure("matching", str(entity_type), measure, _int(both), _int(whole), least if is_held else None)
            )
    for entity_type, linked, due in city.rows(_LINKED):
        found.append(Figure("matching", str(entity_type), "records linked", _int(linked), _int(due)))
    return found


_HOLDERS = """
select
    truth.holder_type,
    count(*) filter (where holders.true_entity_id = truth.true_holder_id),
    count(holders.true_entity_id),
    count(*) filter (where holders.true_entity_id = truth.true_holder_id and truth.true_holder_id is not null),
    count(truth.true_holder_id)
from main_entities as main
inner join truth_certificates as truth using (true_entity_id)
inner join base.dim_certificates as shown on main.entity_id = shown.certificate_id
left join (
    select entity_type, entity_id, arg_max(true_entity_id, (n, true_entity_id)) as true_entity_id
    from cells
    group by all
) as holders
    on shown.holder_id = holders.entity_id and shown.holder_type = holders.entity_type
where main.entity_type = 'certificate'
group by all
order by all
"""


def holder_figures(city: City) -> list[Figure]:
    """Of the holders that certificates are linked to: the right ones; and of the true holders: those linked."""
    is_told = "true_holder_id" in city.columns("truth_certificates")
    if not is_told or "holder_id" not in city.columns("base.dim_certificates"):
        return []
    found = []
    for holder_type, right, linked, reached, known in city.rows(_HOLDERS):
        subject = f"certificate holder, {holder_type}"
        found.append(Figure("matching", subject, "precision", _int(right), _int(linked)))
        found.append(Figure("matching", subject, "recall", _int(reached), _int(known)))
    return found


_HOUSEHOLDS = """
with

shown as (
    select truth.household_id as true_household, persons.household_id as household
    from main_entities as main
    inner join truth_persons as truth using (true_entity_id)
    inner join base.dim_persons as persons on main.entity_id = persons.person_id
    where main.entity_type = 'person' and truth.household_id is not null and persons.household_id is not null
),

cells as (
    select true_household, household, count(*) as n from shown group by all
),

found as (
    select household, sum(n) as n from cells group by all
),

true_ones as (
    select true_household, sum(n) as n from cells group by all
)

select
    (select sum(n * (n - 1) // 2) from cells),
    (select sum(n * (n - 1) // 2) from found),
    (select sum(n * (n - 1) // 2) from true_ones)
"""


def household_figures(city: City) -> list[Figure]:
    """Pairs of persons in one household of the base, and of the truth, among persons that have one in both."""
    if not {"household_id"} <= set(city.columns("truth_persons")) & set(city.columns("base.dim_persons")):
        return []
    both, together, truly = city.counts(_HOUSEHOLDS)
    return [
        Figure("matching", "household", "precision", both, together),
        Figure("matching", "household", "recall", both, truly),
    ]


def rules(city: City) -> list[Rule]:
    return [Rule(str(kind), str(rule), _int(n), _int(wrong)) for kind, rule, n, wrong in city.rows(_RULES)]


def _int(value: object) -> int:
    return int(str(value))
