-- 税务登记信息: the typed rows as delivered.
select
    tax_registration_no,
    uscc,
    entity_name,
    legal_representative_name,
    legal_representative_id,
    taxpayer_type_code,
    industry_code,
    address,
    street_code,
    tax_authority_code,
    registered_date,
    revoked_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'tax__taxpayers') }}
