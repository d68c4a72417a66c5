-- 共享交换平台挂接台账: the typed rows as delivered.
select
    stat_date,
    interface_id,
    resource_code,
    department_code,
    attachment_method_code,
    attached_date,
    call_count_30d,
    success_rate_pct,
    data_updated_at,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'big_data__sharing_interfaces') }}
