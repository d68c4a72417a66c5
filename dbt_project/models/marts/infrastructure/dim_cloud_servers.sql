-- 政务云资源: virtual servers of the newest ledger, released ones included.  One row per virtual server.
with

servers as (
    {{ latest_state('stg_big_data__cloud_servers', ['server_id'], 'full', changed_at=none) }}
)

select
    server_id,
    system_id,
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
    line_number
from servers
