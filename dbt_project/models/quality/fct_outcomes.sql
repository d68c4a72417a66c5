-- 步骤结果: how each step of each delivery ended.  One row per delivery and step.
select
    delivery_id,
    step,
    status,
    started_at,
    finished_at,
    reason_code,
    message
from {{ ref('stg_outcomes') }}
