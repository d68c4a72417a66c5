-- 电子社保卡签发日志: the typed rows as delivered.
select
    issue_id,
    person_no,
    resident_id,
    certificate_no,
    issue_type_code,
    channel_code,
    issued_at,
    issuing_division_code,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'human_resources__electronic_card_issuance') }}
