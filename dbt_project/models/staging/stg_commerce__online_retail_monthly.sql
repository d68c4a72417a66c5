-- 网络零售监测月报: the typed rows as delivered.
select
    stat_month,
    division_code,
    division_name,
    data_provider,
    location_basis_code,
    online_retail_cny,
    online_goods_retail_cny,
    online_services_retail_cny,
    agricultural_online_retail_cny,
    cross_border_online_retail_cny,
    active_shop_count,
    growth_rate_pct,
    vintage,
    published_date,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'commerce__online_retail_monthly') }}
