-- 报送率: deliveries expected, arrived (taken or held for a look) and arrived in time, as DHIS2 counts them, with their rates;
-- department 'city' is the whole city.  One row per department and month.
with

calendar as (
    select * from {{ ref('fct_delivery_calendar') }}
),

by_department as (
    select
        department_id,
        department_zh,
        {{ month_label('period_end') }} as business_month,
        count(*) as expected,
        sum(case when arrived_at is not null then 1 else 0 end) as actual,
        sum(case when arrived_at <= due_at then 1 else 0 end) as on_time
    from calendar
    group by department_id, department_zh, {{ month_label('period_end') }}
),

whole_city as (
    select
        'city' as department_id,
        '全市' as department_zh,
        business_month,
        sum(expected) as expected,
        sum(actual) as actual,
        sum(on_time) as on_time
    from by_department
    group by business_month
),

united as (
    select * from by_department
    union all
    select * from whole_city
)

select
    department_id,
    department_zh,
    business_month,
    cast(expected as bigint) as expected,
    cast(actual as bigint) as actual,
    cast(on_time as bigint) as on_time,
    {{ share_pct('actual', 'expected') }} as actual_pct,
    {{ share_pct('on_time', 'expected') }} as on_time_pct
from united
