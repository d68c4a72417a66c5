-- “不见面办事”政务服务事项比例 = 期末到现场次数为零的启用事项 / 期末启用事项; items that law exempts stand on neither side.
-- One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

items as (
    select
        *,
        -- the last day of validity still counts
        cast({{ dbt.dateadd('day', 1, 'valid_to_date') }} as date) as first_day_after
    from {{ ref('dim_service_items') }}
    where status = 'enabled' and not is_exception
),

spells as (
    select 'denominator' as part, region_code, valid_from_date as counted_from, first_day_after as counted_to
    from items
    union all
    select 'numerator' as part, region_code, valid_from_date as counted_from, first_day_after as counted_to
    from items
    where onsite_visit_count = 0
),

{{ month_end_stock() }}

{{ stock_share(21) }}
