-- The numbers that every measure of progress starts from: baseline (y0, t0), value (y, t), target (y_target,
-- t_target), and the leg of the path baseline -> milestone -> milestone on which the value lies.  One row per
-- indicator, region, period and milestone.
with

assessed as (
    select * from {{ ref('int_progress_assessed') }}
),

baselines as (
    select * from {{ ref('int_progress_baselines') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

targets as (
    select * from {{ ref('targets') }}
),

legs as (
    select
        indicator_no,
        milestone_year as leg_year,
        target_value as leg_target,
        lag(milestone_year) over (partition by indicator_no order by milestone_year) as previous_year,
        lag(target_value) over (partition by indicator_no order by milestone_year) as previous_target
    from targets
)

select
    assessed.indicator_no,
    assessed.region_code,
    assessed.period,
    assessed.milestone_year,
    assessed.source,
    assessed.vintage,
    assessed.definition_version,
    assessed.assessed_period,
    assessed.is_final,
    indicators.direction,
    indicators.target_type,
    baselines.baseline_kind,
    baselines.y0,
    baselines.t0,
    assessed.y,
    assessed.t,
    assessed.target_value as y_target,
    assessed.target_upper as y_target_upper,
    cast(assessed.milestone_year as double) as t_target,
    case when legs.previous_year > baselines.t0 then legs.previous_target else baselines.y0 end as leg_y_from,
    case when legs.previous_year > baselines.t0 then cast(legs.previous_year as double) else baselines.t0 end as leg_t_from,
    legs.leg_target as leg_y_to,
    cast(legs.leg_year as double) as leg_t_to,
    assessed.not_assessable_reason
from assessed
inner join indicators on assessed.indicator_no = indicators.indicator_no
left join baselines
    on
        assessed.indicator_no = baselines.indicator_no
        and assessed.region_code = baselines.region_code
        and assessed.source = baselines.source
        and assessed.definition_version = baselines.definition_version
left join legs
    on
        assessed.indicator_no = legs.indicator_no
        and assessed.milestone_year >= legs.leg_year
        and assessed.t <= legs.leg_year
        and assessed.t > coalesce(legs.previous_year, 0)
