-- 居民电子健康档案质控结果: the typed rows as delivered.
select
    stat_quarter,
    health_record_no,
    resident_id,
    residence_type_code,
    institution_code,
    community_code,
    created_date,
    updated_at,
    completeness_score,
    is_dynamic,
    is_standardised,
    is_cancelled,
    cancellation_reason,
    reviewed_date,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'health__health_record_quality') }}
