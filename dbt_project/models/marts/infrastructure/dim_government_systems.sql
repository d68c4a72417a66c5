-- 政务信息系统: what the newest system catalogue says.  One row per government information system.
with

systems as (
    {{ latest_state('stg_big_data__government_systems', ['system_id'], 'full') }}
)

select
    system_id,
    system_name,
    department_code,
    department_name,
    secrecy_level_code,
    status,
    is_cloud_required,
    exemption_reason,
    deployment_code,
    cloud_date,
    protection_level_code,
    launched_date,
    retired_date,
    updated_at,
    delivery_id,
    line_number
from systems
