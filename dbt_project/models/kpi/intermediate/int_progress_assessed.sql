-- Which value judges which milestone: before its date the period's own value, after it the last good value up to that date
-- (the final assessment stays).  Districts are judged by shares only, the city's counts are no target for them.
-- One row per indicator, region, period and milestone.
with

series as (
    select * from {{ ref('int_indicator_series') }}
),

targets as (
    select * from {{ ref('targets') }}
),

plan as (
    select * from {{ ref('plan') }}
),

asked as (
    select
        series.*,
        targets.milestone_year,
        targets.target_value,
        targets.target_upper,
        plan.from_year,
        series.t > targets.milestone_year as is_final
    from series
    inner join targets on series.indicator_no = targets.indicator_no
    cross join plan
    where series.region_code = plan.city_code or series.unit = '%'
),

candidates as (
    select
        asked.indicator_no,
        asked.region_code,
        asked.period,
        asked.milestone_year,
        points.period as assessed_period,
        points.y,
        points.t,
        row_number() over (
            partition by asked.indicator_no, asked.region_code, asked.period, asked.milestone_year
            order by points.month_number desc
        ) as recency
    from asked
    inner join series as points
        on
            asked.indicator_no = points.indicator_no
            and asked.region_code = points.region_code
            and asked.source = points.source
            and asked.definition_version = points.definition_version
    where
        (not asked.is_final and asked.period = points.period)
        or (asked.is_final and points.t <= asked.milestone_year and not points.is_held_back)
)

select
    asked.indicator_no,
    asked.region_code,
    asked.period,
    asked.milestone_year,
    asked.target_value,
    asked.target_upper,
    asked.source,
    asked.vintage,
    asked.definition_version,
    asked.is_final,
    candidates.assessed_period,
    candidates.y,
    candidates.t,
    case
        when asked.is_held_back and not asked.is_final then '证据不足：' || asked.held_reason
        when not asked.is_comparable then coalesce(asked.note, '口径不同')
        when candidates.y is null then '里程碑年末之前没有数据'
        when candidates.t < asked.from_year - 1 then '数据早于规划基期'
    end as not_assessable_reason
from asked
left join candidates
    on
        asked.indicator_no = candidates.indicator_no
        and asked.region_code = candidates.region_code
        and asked.period = candidates.period
        and asked.milestone_year = candidates.milestone_year
        and candidates.recency = 1
