-- 人工更正: what the bureau corrects itself, and whether it applied.
select
    correction_no,
    dataset_id,
    business_period,
    row_key,
    column_name,
    expected_value,
    new_value,
    reason,
    decided_by,
    decided_on,
    status,
    reason_code,
    found_value
from {{ source('lake', 'manual_corrections') }}
