-- 数量校验: each delivery against the last ones of its dataset.
select
    delivery_id,
    check_name,
    subject,
    value,
    usual,
    low,
    high,
    is_held
from {{ source('lake', 'volume_checks') }}
