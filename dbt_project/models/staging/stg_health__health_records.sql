-- 居民电子健康档案个案: the typed rows as delivered.
select
    health_record_no,
    resident_id,
    person_name,
    sex,
    birth_date,
    phone,
    address,
    community_code,
    residence_type_code,
    created_date,
    institution_code,
    entity_name,
    status,
    cancelled_date,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'health__health_records') }}
