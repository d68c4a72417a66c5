-- 机动车驾驶证信息: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    archive_no,
    resident_id,
    person_name,
    sex,
    birth_date,
    licence_class_code,
    issued_date,
    valid_from_date,
    valid_to_date,
    authority_name,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_security__driving_licences') }}
