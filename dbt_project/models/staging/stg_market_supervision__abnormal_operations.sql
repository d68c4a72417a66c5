-- 经营异常名录信息: the typed rows as delivered.
select
    uscc,
    registration_no,
    entity_name,
    legal_representative_name,
    division_code,
    listing_reason,
    listed_date,
    listing_authority_name,
    delisting_reason,
    delisted_date,
    delisting_authority_name,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__abnormal_operations') }}
