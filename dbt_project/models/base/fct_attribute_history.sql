-- 属性沿革: what an attribute was before and since when it is what it is, of persons, legal entities and places; attributes that
-- never changed stand in the dimensions alone. Where a steward lets another dataset stand for a person's attribute than the one
-- that is believed first, what the latter said before is no history of it.  One row per entity, attribute and value in turn.
{% set columns = ['entity_type', 'entity_id', 'attribute', 'value', 'valid_from', 'valid_to', 'dataset_id'] -%}
with

history as (
    {{ united('attribute_history', ['persons', 'legal_entities', 'places'], columns) }}
),

chosen as (
    select
        entity_type,
        entity_id,
        attribute,
        dataset_id
    from {{ ref('int_persons_conflicts') }}
    where is_winner and winner_rule = 'steward'
)

select history.*
from history
left join chosen
    on
        history.entity_type = chosen.entity_type
        and history.entity_id = chosen.entity_id
        and history.attribute = chosen.attribute
where chosen.dataset_id is null or history.dataset_id = chosen.dataset_id
