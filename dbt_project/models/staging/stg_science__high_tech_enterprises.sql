-- 高新技术企业名录: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    uscc,
    entity_name,
    technology_field,
    industry_code,
    division_code,
    batch,
    issued_date,
    valid_from_date,
    valid_to_date,
    revoked_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'science__high_tech_enterprises') }}
