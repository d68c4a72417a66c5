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
    -- after a split one number was the first of two entities: the younger one is called after what it is known by
    case
        when claim_no = 1 then {{ entity_id('own_key') }}
        else {{ entity_id("'entity|' || entity_key") }}
    end as legal_entity_id
from claimed
