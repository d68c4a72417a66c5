-- 行政区划代码(含历史): the typed rows as delivered.
select
    area_code,
    area_name,
    area_level_code,
    parent_area_code,
    change_type_code,
    predecessor_area_codes,
    document_no,
    valid_from_date,
    valid_to_date,
    area_km2,
    seat_address,
    is_statutory,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'civil_affairs__administrative_divisions') }}
