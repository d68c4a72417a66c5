-- 政务信息系统目录: the typed rows as delivered.
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
    required_platform_codes,
    launched_date,
    retired_date,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'big_data__government_systems') }}
