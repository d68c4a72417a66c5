-- 婚姻登记信息: the typed rows as delivered.
select
    certificate_no,
    marriage_event_code,
    husband_name,
    husband_resident_id,
    wife_name,
    wife_resident_id,
    registered_date,
    division_code,
    entity_name,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'civil_affairs__marriage_registrations') }}
