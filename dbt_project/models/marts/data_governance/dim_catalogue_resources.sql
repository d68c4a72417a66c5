-- 公共数据资源目录: the newest catalogue.  One row per data resource.
with

resources as (
    {{ latest_state('stg_big_data__resource_catalogue', ['resource_code'], 'full') }}
)

select
    resource_code,
    resource_name,
    department_code,
    department_name,
    format_code,
    sharing_type_code,
    openness_code,
    update_cycle_code,
    secrecy_level_code,
    published_date,
    status,
    updated_at,
    delivery_id,
    line_number
from resources
