-- 编号变更: numbers of real things that were merged, split or corrected, so that an old number is still found.  One row per
-- entity type, former number and number of today.
{% set columns = ['entity_type', 'former_id', 'entity_id', 'change_kind', 'delivery_id', 'changed_on'] -%}
with

changes as (
    {{ united('id_changes', ['persons', 'legal_entities', 'certificates', 'credit_subjects', 'places'], columns) }}
)

select * from changes
