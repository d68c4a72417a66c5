-- 互联网医院许可台账: the typed rows as delivered.
select
    institution_code,
    uscc,
    entity_name,
    host_entity_name,
    is_second_name,
    certificate_type_code,
    certificate_no,
    authority_name,
    issued_date,
    valid_from_date,
    valid_to_date,
    division_code,
    status,
    revoked_date,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'health__internet_hospital_licences') }}
