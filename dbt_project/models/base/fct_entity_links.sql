-- 实体关联: to which real thing each source record was matched, by which rule.  One row per source record and role.
{% set columns = [
    'entity_type', 'entity_id', 'dataset_id', 'delivery_id', 'file_name', 'sheet_name', 'line_number', 'role',
    'match_rule', 'match_score',
] -%}
with

links as (
    {{ united('links', ['persons', 'legal_entities', 'places', 'certificates', 'credit_subjects'], columns) }}
)

select * from links
