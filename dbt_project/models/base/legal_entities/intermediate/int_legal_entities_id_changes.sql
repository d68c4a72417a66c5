-- Numbers of legal entities that lead to another number today: of entities that stood apart until a record, a name or a
-- steward tied them together, of codes that the register corrected, and of codes that two entities bore, where one was
-- given a number of its own. A number that two entities made theirs leads to the first of them as merged, to the others as
-- split.  One row per former number and number of today.
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
    where entity_key is not null and source_kind <> 'reference'
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
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

arrivals as (
    select
        entity_key,
        own_key,
        min(received_at) as first_at
    from candidates
    group by entity_key, own_key
),

ties as (
    select * from {{ ref('int_legal_entities_ties') }}
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

-- a record of the register under two codes: the first arrival of each
coded as (
    select
        entity_key,
        own_key,
        {{ entity_record_key() }} as record_key,
        min(received_at) as first_at,
        min_by(delivery_id, received_at) as delivery_id
    from candidates
    where source_kind = 'register' and has_record_no and uscc is not null
    group by entity_key, own_key, record_key
),

corrected as (
    select
        entity_key,
        own_key,
        record_key,
        max(first_at) over (partition by entity_key, record_key) as changed_at,
        max_by(delivery_id, first_at) over (partition by entity_key, record_key) as delivery_id,
        count(*) over (partition by entity_key, record_key) as code_count
    from coded
),

decided as (
    select
        codes.anchor_key as entity_key,
        'entity|record|' || codes.dataset_id || '|' || codes.source_key as former_key,
        decisions.decided_at
    from {{ ref('int_legal_entities_codes') }} as codes
    inner join {{ ref('stg_match_decisions') }} as decisions on codes.review_id = decisions.review_id
    where codes.is_questioned and not codes.is_disputed
),

found as (
    select
        arrivals.entity_key,
        arrivals.own_key as former_key,
        'merged' as change_kind,
        first_ties.delivery_id,
        first_ties.tied_at as changed_at
    from arrivals
    inner join first_ties on arrivals.entity_key = first_ties.entity_key and arrivals.own_key = first_ties.own_key
    where first_ties.tied_at > arrivals.first_at
    union all
    -- the corrected code itself, and the number that its bearer had while somebody else's code stood in the row
    select
        entity_key,
        own_key as former_key,
        'identifier_corrected' as change_kind,
        delivery_id,
        changed_at
    from corrected
    where code_count > 1
    union all
    select
        entity_key,
        record_key as former_key,
        'identifier_corrected' as change_kind,
        delivery_id,
        changed_at
    from corrected
    where code_count > 1
    union all
    select
        entity_key,
        former_key,
        'merged' as change_kind,
        cast(null as string) as delivery_id,
        decided_at as changed_at
    from decided
),

numbered as (
    select
        found.*,
        keys.legal_entity_id,
        row_number() over (
            partition by found.entity_key, found.former_key
            order by case when found.change_kind = 'merged' then 1 else 0 end, found.changed_at, found.delivery_id
        ) as telling,
        dense_rank() over (partition by found.former_key order by keys.told_apart_at, keys.legal_entity_id) as bearer_no
    from found
    inner join keys on found.entity_key = keys.entity_key
    left join keys as living on {{ entity_id('found.former_key') }} = living.legal_entity_id
    where living.legal_entity_id is null
),

split as (
    select
        keys.first_key,
        keys.legal_entity_id,
        keys.told_apart_at,
        min_by(records.delivery_id, records.received_at) as delivery_id
    from keys
    inner join records on keys.entity_key = records.entity_key and keys.told_apart_at = records.received_at
    where keys.claim_no > 1
    group by keys.first_key, keys.legal_entity_id, keys.told_apart_at
)

select
    'legal_entity' as entity_type,
    {{ entity_id('former_key') }} as former_id,
    legal_entity_id as entity_id,
    case when bearer_no = 1 then change_kind else 'split' end as change_kind,
    delivery_id,
    cast(changed_at as date) as changed_on
from numbered
where telling = 1
union all
select
    'legal_entity' as entity_type,
    {{ entity_id('first_key') }} as former_id,
    legal_entity_id as entity_id,
    'split' as change_kind,
    delivery_id,
    cast(told_apart_at as date) as changed_on
from split
