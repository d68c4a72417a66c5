-- 公共数据资源目录: the typed rows as delivered.
select
    resource_code,
    resource_name,
    department_code,
    department_name,
    format_code,
    sharing_type_code,
    sharing_condition,
    openness_code,
    openness_condition,
    update_cycle_code,
    secrecy_level_code,
    published_date,
    updated_at,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'big_data__resource_catalogue') }}
