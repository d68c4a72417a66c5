-- Which certificate each source record shows.  One row per source record.
with

records as (
    select * from {{ ref('int_certificates_records') }}
)

select
    'certificate' as entity_type,
    certificate_id as entity_id,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    'self' as role,
    'certificate_no' as match_rule,
    -- a number that was published without its kind may be another department's
    cast(case when is_republished then 0.98 else 1 end as double) as match_score
from records
