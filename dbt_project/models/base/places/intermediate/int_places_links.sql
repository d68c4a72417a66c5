-- 地点关联: to which place each source row belongs.  One row per source row.
with

records as (
    select * from {{ ref('int_place_records') }}
),

matches as (
    select * from {{ ref('int_place_matches') }}
)

select
    'place' as entity_type,
    {{ place_id('matches.place_key') }} as entity_id,
    records.dataset_id,
    records.delivery_id,
    records.file_name,
    records.sheet_name,
    records.line_number,
    'self' as role,
    matches.match_rule,
    cast(matches.match_score as double) as match_score
from records
inner join matches on records.dataset_id = matches.dataset_id and records.source_key = matches.source_key
