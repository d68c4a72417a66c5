-- The lasting number of each legal entity: made of the number that its first delivered record bore, which never changes
-- afterwards, however the entity is known today.  One row per legal entity.
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
    where source_kind <> 'reference'
),

ordered as (
    select
        entity_key,
        own_key,
        row_number() over (
            partition by entity_key
            order by received_at asc, delivery_id asc, sheet_name asc, line_number asc
        ) as record_no,
        min(case when source_kind = 'register' then received_at end) over (partition by entity_key) as registered_at,
        {{ entity_record_key() }} as record_key,
        received_at,
        delivery_id,
        line_number
    from records
),

claimed as (
    select
        *,
        row_number() over (
            partition by own_key
            order by received_at asc, delivery_id asc, line_number asc, entity_key asc
        ) as claim_no
    from ordered
    where record_no = 1
)

select
    entity_key,
    own_key as first_key,
    claim_no,
    -- by then it was known that two entities bear the number
    coalesce(registered_at, received_at) as told_apart_at,
    -- after a split one number was the first of two entities: the younger one is called after its first record
    case
        when claim_no = 1 then {{ entity_id('own_key') }}
        else {{ entity_id('record_key') }}
    end as legal_entity_id
from claimed
