-- 修订台账（上一版）: restatements that were published before.
select
    indicator_no,
    region_code,
    period,
    before_value,
    after_value,
    cause,
    delivery_id,
    build_id,
    published_at
from {{ source('lake', 'previous_restatements') }}
