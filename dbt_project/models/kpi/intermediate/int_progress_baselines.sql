-- Where each series starts: the plan's baseline for the city; otherwise the first value that can be used, marked as such.
-- One row per indicator, region, source and definition.
with

series as (
    select * from {{ ref('int_indicator_series') }}
    where not is_held_back and is_comparable
),

indicators as (
    select * from {{ ref('indicators') }}
),

plan as (
    select * from {{ ref('plan') }}
),

numbered as (
    select
        series.*,
        plan.city_code,
        row_number() over (
            partition by series.indicator_no, series.region_code, series.source, series.definition_version
            order by series.month_number
        ) as rank_in_time
    from series
    cross join plan
    where series.t >= plan.from_year - 1
)

select
    numbered.indicator_no,
    numbered.region_code,
    numbered.source,
    numbered.definition_version,
    case when {{ has_plan_baseline() }} then indicators.baseline_value else numbered.y end as y0,
    case when {{ has_plan_baseline() }} then cast(indicators.baseline_year as double) else numbered.t end as t0,
    case when {{ has_plan_baseline() }} then 'plan' else 'first_observed' end as baseline_kind
from numbered
inner join indicators on numbered.indicator_no = indicators.indicator_no
where numbered.rank_in_time = 1
