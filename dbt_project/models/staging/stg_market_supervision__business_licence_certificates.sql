-- 营业执照(电子)签发信息: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    uscc,
    registration_no,
    entity_name,
    entity_type_code,
    legal_representative_name,
    legal_representative_id,
    address,
    established_date,
    issued_date,
    valid_from_date,
    valid_to_date,
    authority_name,
    status,
    revoked_date,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__business_licence_certificates') }}
