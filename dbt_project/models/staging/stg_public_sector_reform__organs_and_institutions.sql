-- 机关、群团和事业单位登记赋码信息: the typed rows as delivered.
select
    uscc,
    certificate_no,
    entity_name,
    other_name,
    entity_type,
    legal_representative_name,
    sponsor_name,
    funding_source_code,
    registered_capital_cny,
    address,
    division_code,
    established_date,
    valid_to_date,
    revoked_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_sector_reform__organs_and_institutions') }}
