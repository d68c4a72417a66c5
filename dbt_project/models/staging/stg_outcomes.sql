-- 步骤结果: how each step of a delivery ended.
select
    delivery_id,
    step,
    status,
    started_at,
    finished_at,
    reason_code,
    message
from {{ source('lake', 'outcomes') }}
