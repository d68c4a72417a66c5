-- 规模以上工业产值月报: the typed rows as delivered.
select
    stat_month,
    division_code,
    division_name,
    industry_division_code,
    industry_name,
    industry_classification_version,
    output_value_cny,
    added_value_growth_pct,
    revenue_cny,
    profit_cny,
    enterprise_count,
    vintage,
    published_date,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__industrial_output_monthly') }}
