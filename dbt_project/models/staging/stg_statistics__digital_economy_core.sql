-- 数字经济核心产业增加值: the typed rows as delivered.
select
    stat_year,
    division_code,
    division_name,
    digital_class_code,
    digital_class_name,
    value,
    unit,
    gdp_share_pct,
    classification_version,
    vintage,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__digital_economy_core') }}
