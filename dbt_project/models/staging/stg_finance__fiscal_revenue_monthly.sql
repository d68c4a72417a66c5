-- 一般公共预算收支月报: the typed rows as delivered.
select
    stat_month,
    division_code,
    division_name,
    scope_code,
    subject_code,
    subject_name,
    budget_amount_cny,
    month_amount_cny,
    cumulative_amount_cny,
    growth_rate_pct,
    comparable_growth_rate_pct,
    published_date,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'finance__fiscal_revenue_monthly') }}
