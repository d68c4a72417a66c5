-- Which credit subject each source record is about, by which rule.  One row per linked source record.
with

records as (
    select * from {{ ref('int_credit_subjects_matches') }}
    where credit_subject_id is not null
)

select
    'credit_subject' as entity_type,
    credit_subject_id as entity_id,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    'self' as role,
    link_rule as match_rule,
    link_score as match_score
from records
