-- 分区分行业用电量月报: the typed rows as delivered.
select
    stat_month,
    division_code,
    division_name,
    industry_division_code,
    industry_name,
    customer_count,
    electricity_kwh,
    vintage,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'power_company__electricity_consumption') }}
