-- Which legal entity each source record names, by which rule.  One row per source record and role.
with

records as (
    select * from {{ ref('int_entity_matches') }}
)

select
    'legal_entity' as entity_type,
    {{ entity_id('entity_key') }} as entity_id,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    'self' as role,
    match_rule,
    cast(match_score as double) as match_score
from records
