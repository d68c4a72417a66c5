-- 指标现状: what the tracker's table shows: the latest good value for the city, how it stands against the next milestone and the
-- worst one, how good its evidence is, and what is missing where there is no value.  One row per indicator.
with

indicators as (
    select * from {{ ref('dim_indicators') }}
),

headlines as (
    select * from {{ ref('int_indicator_headlines') }}
),

milestones as (
    select * from {{ ref('int_indicator_milestones') }}
),

progress as (
    select * from {{ ref('fct_indicator_progress') }}
),

sources as (
    select * from {{ ref('int_indicator_sources') }}
),

plan as (
    select * from {{ ref('plan') }}
)

select
    indicators.indicator_no,
    plan.city_code as region_code,
    headlines.y is not null as has_value,
    headlines.period,
    headlines.y as value,
    headlines.numerator,
    headlines.denominator,
    indicators.unit,
    headlines.source,
    headlines.vintage,
    headlines.definition_version,
    headlines.value_a_year_before,
    headlines.note,
    coalesce(progress.baseline_value, indicators.baseline_value) as baseline_value,
    coalesce(progress.baseline_time, cast(indicators.baseline_year as double)) as baseline_time,
    progress.baseline_kind,
    milestones.next_milestone_year as milestone_year,
    progress.target_value,
    progress.is_met,
    progress.scheduled_value,
    progress.completion,
    progress.elapsed,
    progress.schedule_index,
    coalesce(progress.progress_class, '无法评价') as progress_class,
    case
        when headlines.y is null then '没有数据'
        when progress.indicator_no is null then '规划没有目标值'
        else progress.reason
    end as reason,
    milestones.worst_milestone_year,
    coalesce(milestones.worst_progress_class, '无法评价') as worst_progress_class,
    progress.required_yearly_change,
    progress.forecast_value,
    progress.forecast_low,
    progress.forecast_high,
    headlines.expected_deliveries,
    headlines.present_deliveries,
    headlines.rejected_share,
    headlines.held_period,
    headlines.newest_held_reason as held_reason,
    case
        when headlines.y is null then null
        when headlines.held_period is not null or not headlines.is_comparable then 'C'
        when
            headlines.expected_deliveries > 0
            and headlines.present_deliveries = headlines.expected_deliveries
            and coalesce(headlines.rejected_share, 0) <= 0.01
            then 'A'
        else 'B'
    end as evidence_grade,
    case
        when headlines.y is null then null
        when headlines.held_period is not null
            then headlines.held_period || ' 的值未达证据要求（' || headlines.newest_held_reason || '），显示最近一期可用值'
        when not headlines.is_comparable then headlines.note
        when headlines.source = 'published' then '公开发布值，未由交付数据核算'
        when coalesce(headlines.expected_deliveries, 0) = 0 then '本期没有应交数据'
        else
            '应交 ' || cast(headlines.expected_deliveries as string) || ' 份，实交 '
            || cast(headlines.present_deliveries as string) || ' 份，退回率 '
            || cast(round(100 * coalesce(headlines.rejected_share, 0), 1) as string) || '%'
    end as evidence_note,
    sources.missing_datasets_zh
from indicators
cross join plan
left join headlines on indicators.indicator_no = headlines.indicator_no
left join milestones
    on
        headlines.indicator_no = milestones.indicator_no
        and headlines.region_code = milestones.region_code
        and headlines.period = milestones.period
left join progress
    on
        milestones.indicator_no = progress.indicator_no
        and milestones.region_code = progress.region_code
        and milestones.period = progress.period
        and milestones.next_milestone_year = progress.milestone_year
left join sources on indicators.indicator_no = sources.indicator_no
