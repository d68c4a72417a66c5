-- 基本医疗保险参保人员信息: the typed rows as delivered.
select
    stat_month,
    person_no,
    resident_id,
    person_name,
    insurance_type_code,
    person_category_code,
    status,
    insured_division_code,
    uscc,
    entity_name,
    valid_from_date,
    valid_to_date,
    is_paid,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'medical_insurance__insured_persons') }}
