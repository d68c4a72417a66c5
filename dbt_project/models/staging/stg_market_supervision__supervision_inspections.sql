-- 监督检查结果(双随机与日常检查): the typed rows as delivered.
select
    inspection_no,
    inspection_type_code,
    inspection_item_code,
    inspection_item_name,
    uscc,
    entity_name,
    division_code,
    inspected_at,
    authority_name,
    result_code,
    result_text,
    is_rectified,
    rectified_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__supervision_inspections') }}
