-- 应交日历: what the contracts make due for periods that had ended by the business date.
select
    dataset_id,
    department_id,
    department_zh,
    business_period,
    period_start,
    period_end,
    due_at
from {{ source('lake', 'expected_deliveries') }}
