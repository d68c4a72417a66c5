-- 固定资产投资月报: the typed rows as delivered.
select
    stat_month,
    division_code,
    division_name,
    investment_type_code,
    investment_type_name,
    investment_amount_cny,
    growth_rate_pct,
    private_share_pct,
    project_count,
    vintage,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__fixed_investment_monthly') }}
