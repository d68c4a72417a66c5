-- 园区载体运行月报: the typed rows as delivered.
select
    stat_month,
    park_code,
    park_name,
    division_code,
    enterprise_count,
    above_scale_enterprise_count,
    employee_count,
    output_value_cny,
    tax_revenue_cny,
    land_area_m2,
    building_area_m2,
    vacant_area_m2,
    person_name,
    phone,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'districts__park_operations') }}
