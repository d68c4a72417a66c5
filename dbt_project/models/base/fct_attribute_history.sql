-- 属性沿革: what an attribute was before and since when it is what it is, of persons, legal entities and places; attributes that
-- never changed stand in the dimensions alone.  One row per entity, attribute and value in turn.
{% set columns = ['entity_type', 'entity_id', 'attribute', 'value', 'valid_from', 'valid_to', 'dataset_id'] -%}
with

history as (
    {{ united('attribute_history', ['persons', 'legal_entities', 'places'], columns) }}
)

select * from history
