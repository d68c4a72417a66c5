-- 就业失业登记与农民工实名信息: the typed rows as delivered.
select
    employment_record_no,
    resident_id,
    person_name,
    register_type_code,
    uscc,
    entity_name,
    industry_code,
    occupation_code,
    is_migrant_worker,
    origin_division_code,
    division_code,
    street_code,
    valid_from_date,
    valid_to_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'human_resources__employment_registrations') }}
