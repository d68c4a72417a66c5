-- 个体工商户登记信息: the typed rows as delivered.
select
    entity_record_no,
    uscc,
    registration_no,
    entity_name,
    legal_representative_name,
    legal_representative_id,
    phone,
    address,
    street_code,
    industry_code,
    established_date,
    revoked_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__self_employed') }}
