-- 冲突各方说法: what every dataset says where datasets contradict the value that stands, and why it stands.  One row per
-- conflict (entity and attribute) and dataset.
{% set columns = [
    'entity_type', 'entity_id', 'attribute', 'dataset_id', 'department_zh', 'value', 'compared_value', 'changed_on',
    'authority_rank', 'is_winner', 'is_contrary', 'winner_rule',
] -%}
with

conflicts as (
    {{ united('conflicts', ['persons', 'legal_entities', 'places', 'certificates'], columns) }}
)

select
    {{ conflict_id('entity_type', 'entity_id', 'attribute') }} as conflict_id,
    entity_type,
    entity_id,
    attribute,
    dataset_id,
    department_zh,
    value as stated_value,
    compared_value,
    changed_on,
    authority_rank,
    is_winner,
    is_contrary,
    winner_rule
from conflicts
