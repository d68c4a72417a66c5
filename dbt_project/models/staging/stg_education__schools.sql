-- 学校基础信息: the typed rows as delivered.
select
    school_code,
    uscc,
    entity_name,
    school_stage_code,
    school_nature_code,
    sponsor_name,
    division_code,
    street_code,
    address,
    longitude,
    latitude,
    coordinate_system,
    student_count,
    bandwidth_mbps,
    multimedia_classroom_count,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'education__schools') }}
