-- The international measures beside the linear schedule: Statistics Canada / Open SDG, UN Statistics Division,
-- UN-ESCAP. NULL with a reason where they mislead (baseline zero, target equal to the baseline, change of sign).  One
-- row per indicator, region, period and milestone.
with

inputs as (
    select * from {{ ref('int_progress_inputs') }}
),

oriented as (
    select
        *,
        {{ better('direction', 'target_type') }} as d,
        case
            when not_assessable_reason is not null then not_assessable_reason
            when target_type in ('hold_at_least', 'hold_at_most', 'range', 'binary') then '保持型或二元目标没有增长路径'
            when y0 is null then '没有基期'
            when t <= t0 then '少于两个时点'
            when y_target = y0 then '目标等于基期'
            when {{ better('direction', 'target_type') }} * (y0 - y_target) > 0 then '基期已达到目标'
        end as no_path_reason
    from inputs
),

explained as (
    select
        *,
        case
            when no_path_reason is not null then no_path_reason
            when y0 = 0 then '基期为 0，增长率无意义'
            when y_target = 0 then '目标为 0，增长率无意义'
            when y0 * y < 0 or y0 * y_target < 0 then '正负号变化，增长率无意义'
        end as no_rate_reason
    from oriented
),

rated as (
    select
        *,
        case when no_rate_reason is null then power(y / y0, 1.0 / (t - t0)) - 1 end as observed_rate,
        case when no_rate_reason is null then power(y_target / y0, 1.0 / (t_target - t0)) - 1 end as required_rate
    from explained
),

measured as (
    select
        *,
        round(case when y0 < 0 then -1 else 1 end * d * observed_rate / abs(required_rate), 6) as statcan_ratio,
        round((y * power(1 + observed_rate, t_target - t) - y0) / (y_target - y0), 6) as unsd_ratio,
        coalesce(d * (y - y_target) >= 0, false) as is_met
    from rated
)

select
    indicator_no,
    region_code,
    period,
    milestone_year,
    statcan_ratio,
    case
        when statcan_ratio is null then null
        when is_met then 'achieved'
        when statcan_ratio >= 0.95 then 'on track'
        when statcan_ratio >= 0.6 then 'moderate'
        when statcan_ratio >= 0 then 'limited'
        else 'deterioration'
    end as statcan_class,
    case
        when statcan_ratio >= 0.6 then round(least(7.1429 * statcan_ratio - 4.2857, 5), 6)
        when statcan_ratio is not null then round(greatest(4.1667 * statcan_ratio - 2.5, -5), 6)
    end as statcan_score,
    unsd_ratio,
    case
        when unsd_ratio is null then null
        when is_met then 'achieved'
        when unsd_ratio >= 0.95 then 'on track'
        when unsd_ratio >= 0.1 then 'acceleration needed'
        else 'stagnation or regression'
    end as unsd_class,
    case when no_path_reason is null then round(10 * d * (y - y0) / abs(y_target - y0), 6) end as escap_csi,
    no_rate_reason as statcan_reason,
    no_rate_reason as unsd_reason,
    no_path_reason as escap_reason
from measured
