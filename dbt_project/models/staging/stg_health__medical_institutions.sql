-- 医疗机构执业登记信息: the typed rows as delivered.
select
    institution_code,
    uscc,
    entity_name,
    second_name,
    institution_type_code,
    hospital_grade_code,
    economic_type_code,
    certificate_type_code,
    certificate_no,
    issued_date,
    valid_from_date,
    valid_to_date,
    division_code,
    address,
    bed_count,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'health__medical_institutions') }}
