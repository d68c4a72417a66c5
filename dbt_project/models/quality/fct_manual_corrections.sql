-- 人工更正: what the bureau corrects itself (manual_corrections.csv): applied where exactly the expected value stood, else
-- why not.  One row per correction.
select
    correction_no,
    dataset_id,
    business_period,
    row_key,
    column_name,
    expected_value,
    found_value,
    new_value,
    status,
    reason_code,
    reason,
    decided_by,
    decided_on
from {{ ref('stg_manual_corrections') }}
