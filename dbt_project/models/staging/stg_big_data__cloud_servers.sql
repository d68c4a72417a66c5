-- 政务云资源台账: the typed rows as delivered.
select
    server_id,
    system_id,
    system_name,
    department_code,
    cloud_zone_code,
    vcpu_count,
    memory_gb,
    storage_gb,
    cpu_usage_pct,
    created_date,
    released_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'big_data__cloud_servers') }}
