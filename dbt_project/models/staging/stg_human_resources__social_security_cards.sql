-- 社会保障卡持卡信息: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    person_no,
    resident_id,
    person_name,
    card_type_code,
    issuing_division_code,
    bank_code,
    issued_date,
    valid_to_date,
    is_activated,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'human_resources__social_security_cards') }}
