-- What tied the keys under which records of one entity had stood apart, and since when: a number that records of both bear, a
-- name or an operator where the name settled it, or a steward's decision.  One row per entity, key and tie.
{% set by_name = "('name_and_more', 'operator', 'name_alone_in_city', 'name_against_code', 'branch_name')" -%}
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
    where entity_key is not null and source_kind <> 'reference'
),

several as (
    select entity_key from records
    group by entity_key
    having count(distinct own_key) > 1
),

candidates as (
    select records.* from records
    inner join several on records.entity_key = several.entity_key
),

-- every number that a record bears, its own among them
borne as (
    {%- for kind, number in {
        'uscc': 'uscc', 'registration_no': 'registration_no', 'organisation_code': 'organisation_code', 'tax_no': 'old_tax_no',
        'name': 'name_key', 'other_name': 'other_name_key', 'operator': 'operator_key',
    }.items() %}
        select
            entity_key, own_key, '{{ kind | replace('other_', '') }}|' || {{ number }} as number, received_at, delivery_id,
            match_rule in {{ by_name }} as is_by_name
        from candidates
        where {{ number }} is not null
        union all
    {%- endfor %}
    select
        entity_key, own_key, 'organisation_code|' || {{ organisation_code_of('uscc') }} as number, received_at, delivery_id,
        false as is_by_name
    from candidates
    where uscc is not null
    union all
    select
        entity_key, own_key, 'record|' || dataset_id || '|' || source_key as number, received_at, delivery_id, false as is_by_name
    from candidates
    where has_record_no
),

first_borne as (
    select
        entity_key,
        own_key,
        number,
        max(case when is_by_name then 1 else 0 end) = 1 as is_by_name,
        min(received_at) as first_at,
        min_by(delivery_id, received_at) as delivery_id
    from borne
    group by entity_key, own_key, number
),

named as (
    select * from {{ ref('int_legal_entities_named') }}
    where place = 1 and match_rule = 'steward'
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
)

-- both keys were tied when the later of the two records had come; names tie only whom a name has linked
select
    one.entity_key,
    one.own_key,
    greatest(one.first_at, other.first_at) as tied_at,
    case when one.first_at >= other.first_at then one.delivery_id else other.delivery_id end as delivery_id
from first_borne as one
inner join first_borne as other
    on one.entity_key = other.entity_key and one.number = other.number and one.own_key <> other.own_key
where
    one.is_by_name
    or other.is_by_name
    or split_part(one.number, '|', 1) not in ('name', 'operator')
union all
select
    named.bearer_key as entity_key,
    named.group_key as own_key,
    decisions.decided_at as tied_at,
    cast(null as string) as delivery_id
from named
inner join decisions on named.review_id = decisions.review_id
