-- 社会保险参保人员信息: the typed rows as delivered.
select
    person_no,
    resident_id,
    person_name,
    sex,
    birth_date,
    phone,
    insurance_type_code,
    status,
    unit_no,
    uscc,
    entity_name,
    insured_division_code,
    valid_from_date,
    valid_to_date,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'human_resources__insured_persons') }}
