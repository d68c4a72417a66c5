-- 数量校验: what was compared with the last deliveries of a dataset, the usual figure, the limits, and whether it held the
-- delivery back.  One row per delivery, check and subject.
with

checks as (
    select * from {{ ref('stg_volume_checks') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
)

select
    checks.delivery_id,
    deliveries.dataset_id,
    deliveries.department_zh,
    deliveries.business_period,
    deliveries.status as delivery_status,
    checks.check_name,
    checks.subject,
    checks.value,
    checks.usual,
    checks.low,
    checks.high,
    checks.is_held
from checks
inner join deliveries on checks.delivery_id = deliveries.delivery_id
