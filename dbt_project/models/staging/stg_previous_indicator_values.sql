-- 上一版指标值: what the last published version said.
select
    indicator_no,
    region_code,
    period,
    source,
    vintage,
    definition_version,
    value,
    build_id
from {{ source('lake', 'previous_indicator_values') }}
