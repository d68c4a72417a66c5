-- Which person each source record names, by which rule.  One row per source record and role.
with

records as (
    select * from {{ ref('int_person_records') }}
),

run as (
    select * from {{ ref('stg_run') }}
)

select
    'person' as entity_type,
    {{ pseudonym('P', 'run.person_key', 'records.current_resident_id') }} as entity_id,
    records.dataset_id,
    records.delivery_id,
    records.file_name,
    records.sheet_name,
    records.line_number,
    'self' as role,
    case when records.resident_id = records.current_resident_id then 'resident_id' else 'source_record' end as match_rule,
    cast(1 as double) as match_score
from records
cross join run
