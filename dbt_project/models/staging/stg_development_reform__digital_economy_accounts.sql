-- 数字经济增加值测算结果: the typed rows as delivered.
select
    stat_year,
    division_code,
    division_name,
    measure_code,
    component_code,
    component_name,
    value,
    unit,
    gdp_value,
    gdp_vintage,
    gdp_share_pct,
    method_version,
    calculated_by,
    vintage,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'development_reform__digital_economy_accounts') }}
