-- 流动人口居住登记和居住证信息: the typed rows as delivered.
select
    residence_register_no,
    resident_id,
    person_name,
    sex,
    birth_date,
    household_division_code,
    phone,
    address,
    address_code,
    community_code,
    residence_reason_code,
    certificate_no,
    issued_date,
    valid_to_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_security__residence_permits') }}
