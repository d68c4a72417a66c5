-- 食品经营许可证信息: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    holder_identifier,
    entity_name,
    legal_representative_name,
    business_form_code,
    business_scope,
    address,
    division_code,
    street_code,
    issued_date,
    valid_from_date,
    valid_to_date,
    authority_name,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__food_licences') }}
