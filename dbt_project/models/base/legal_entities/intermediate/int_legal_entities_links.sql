-- Which legal entity each source record names, by which rule.  One row per source record.
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
)

select
    'legal_entity' as entity_type,
    keys.legal_entity_id as entity_id,
    records.dataset_id,
    records.delivery_id,
    records.file_name,
    records.sheet_name,
    records.line_number,
    'self' as role,
    records.match_rule,
    records.match_score
from records
inner join keys on records.entity_key = keys.entity_key
