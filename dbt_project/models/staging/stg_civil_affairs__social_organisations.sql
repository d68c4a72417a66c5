-- 社会组织登记信息: the typed rows as delivered.
select
    uscc,
    registration_no,
    entity_name,
    entity_type,
    legal_representative_name,
    registered_capital_cny,
    sponsor_name,
    address,
    division_code,
    phone,
    established_date,
    valid_to_date,
    revoked_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'civil_affairs__social_organisations') }}
