-- 原注册号与统一社会信用代码对照表: the typed rows as delivered.
select
    registration_no,
    organisation_code,
    tax_registration_no,
    uscc,
    entity_name,
    entity_type,
    changed_date,
    authority_name,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__registration_number_map') }}
