-- 政务服务平台实际办件网办比例 = 当月网上和移动端申请的办件 / 当月全部办件 (测试件和即办查询除外). Counts cases, not items.
-- One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

cases as (
    select * from {{ ref('fct_service_cases') }}
    where not is_test_case and not is_inquiry_only
),

placed as (
    select
        coalesce(region_code, 'city') as member_region_code,
        {{ month_label('applied_at') }} as period,
        case when channel_code in ('online', 'mobile') then 1 else 0 end as is_online
    from cases
),

counted as (
    select
        members.region_code,
        placed.period,
        sum(placed.is_online) as numerator,
        count(*) as denominator
    from placed
    inner join members on placed.member_region_code = members.member_region_code
    inner join months on placed.period = months.period
    group by members.region_code, placed.period
)

select
    23 as indicator_no,
    region_code,
    period,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    {{ share_pct('numerator', 'denominator') }} as value,
    'citylake-1' as definition_version
from counted
