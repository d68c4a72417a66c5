-- 户籍人口信息: the typed rows as delivered.
select
    person_register_no,
    resident_id,
    person_name,
    sex,
    ethnicity,
    birth_date,
    death_date,
    marital_status_code,
    household_no,
    address,
    address_code,
    household_division_code,
    change_type_code,
    changed_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_security__resident_register') }}
