-- 社会消费品零售总额月报: the typed rows as delivered.
select
    stat_month,
    division_code,
    division_name,
    scope_code,
    retail_sales_cny,
    above_quota_retail_sales_cny,
    wholesale_retail_trade_cny,
    accommodation_catering_cny,
    growth_rate_pct,
    vintage,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__retail_sales_monthly') }}
