-- 数据冲突: what a dataset says differently from the dataset that is believed first.  One row per entity, attribute and
-- losing dataset.
{% set columns = [
    'entity_type', 'entity_id', 'attribute', 'winner_department', 'winner_dataset_id', 'winner_value',
    'loser_department', 'loser_dataset_id', 'loser_value', 'changed_on',
] -%}
with

conflicts as (
    {{ united('conflicts', ['persons', 'legal_entities', 'places', 'certificates'], columns) }}
)

select * from conflicts
