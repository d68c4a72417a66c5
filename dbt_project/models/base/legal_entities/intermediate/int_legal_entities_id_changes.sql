-- Legal entities that stood under two numbers until a record tied them together.  One row per former number and number of
-- today.
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
    where entity_key is not null
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
),

several as (
    select entity_key from records
    where source_kind <> 'reference'
    group by entity_key
    having count(distinct own_key) > 1
),

candidates as (
    select records.* from records
    inner join several on records.entity_key = several.entity_key
    where records.source_kind <> 'reference'
),

-- every number that a record bears, its own among them
borne as (
    {%- for kind, number in {
        'uscc': 'uscc', 'registration_no': 'registration_no', 'organisation_code': 'organisation_code', 'tax_no': 'old_tax_no',
    }.items() %}
        select entity_key, own_key, '{{ kind }}|' || {{ number }} as number, received_at, delivery_id from candidates
        where {{ number }} is not null
        union all
    {%- endfor %}
    select
        entity_key, own_key, 'organisation_code|' || {{ organisation_code_of('uscc') }} as number, received_at, delivery_id
    from candidates
    where uscc is not null
    union all
    select entity_key, own_key, 'record|' || dataset_id || '|' || source_key as number, received_at, delivery_id from candidates
    where has_record_no
),

first_borne as (
    select
        entity_key,
        own_key,
        number,
        min(received_at) as first_at,
        min_by(delivery_id, received_at) as delivery_id
    from borne
    group by entity_key, own_key, number
),

-- a number that records of both keys bear ties them, from the day when the later of them had come
ties as (
    select
        one.entity_key,
        one.own_key,
        greatest(one.first_at, other.first_at) as tied_at,
        case when one.first_at >= other.first_at then one.delivery_id else other.delivery_id end as delivery_id
    from first_borne as one
    inner join first_borne as other
        on one.entity_key = other.entity_key and one.number = other.number and one.own_key <> other.own_key
),

first_ties as (
    select
        entity_key,
        own_key,
        min(tied_at) as tied_at,
        min_by(delivery_id, tied_at) as delivery_id
    from ties
    group by entity_key, own_key
),

arrivals as (
    select
        entity_key,
        own_key,
        min(received_at) as first_at
    from candidates
    group by entity_key, own_key
)

select
    'legal_entity' as entity_type,
    {{ entity_id('arrivals.own_key') }} as former_id,
    keys.legal_entity_id as entity_id,
    'merged' as change_kind,
    first_ties.delivery_id,
    cast(first_ties.tied_at as date) as changed_on
from arrivals
inner join first_ties on arrivals.entity_key = first_ties.entity_key and arrivals.own_key = first_ties.own_key
inner join keys on arrivals.entity_key = keys.entity_key
left join keys as living on {{ entity_id('arrivals.own_key') }} = living.legal_entity_id
where
    arrivals.own_key <> keys.first_key
    and first_ties.tied_at > arrivals.first_at
    and living.legal_entity_id is null
