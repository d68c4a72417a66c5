-- 政务服务办件库: the typed rows as delivered.
select
    case_id,
    item_code,
    item_name,
    department_code,
    division_code,
    channel_code,
    certificate_type_code,
    certificate_no,
    applied_at,
    accepted_at,
    closed_at,
    result_code,
    is_test_case,
    is_inquiry_only,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'government_services__cases') }}
