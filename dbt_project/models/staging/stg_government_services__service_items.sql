-- 政务服务事项库: the typed rows as delivered.
select
    item_code,
    item_name,
    item_type_code,
    department_code,
    department_name,
    division_code,
    handling_mode_code,
    onsite_visit_count,
    online_depth_code,
    online_url,
    is_exception,
    exception_basis,
    status,
    valid_from_date,
    valid_to_date,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'government_services__service_items') }}
