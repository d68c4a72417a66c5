-- 地区生产总值核算(分区分季): the typed rows as delivered.
select
    stat_year,
    stat_quarter,
    division_code,
    division_name,
    scope_code,
    indicator_code,
    indicator_name,
    value,
    unit,
    growth_rate_pct,
    vintage,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__gdp_quarterly') }}
