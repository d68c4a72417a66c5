-- 企业和农民专业合作社登记信息: the typed rows as delivered.
select
    entity_record_no,
    uscc,
    registration_no,
    entity_name,
    entity_type,
    legal_representative_name,
    legal_representative_id,
    registered_capital_cny,
    address,
    street_code,
    industry_code,
    established_date,
    revoked_date,
    valid_to_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__enterprises') }}
