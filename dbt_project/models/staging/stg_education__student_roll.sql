-- 学生学籍信息: the typed rows as delivered.
select
    stat_year,
    student_no,
    resident_id,
    person_name,
    sex,
    birth_date,
    ethnicity,
    school_code,
    entity_name,
    school_stage,
    grade_code,
    household_division_code,
    address,
    guardian_name,
    phone,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'education__student_roll') }}
