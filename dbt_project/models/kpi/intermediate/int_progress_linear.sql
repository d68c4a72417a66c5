-- 时序进度: completion c, the share e of the way that the schedule asks for by then, and their index c / e; met or not met for
-- targets that are to be held.  One row per indicator, region, period and milestone.
with

inputs as (
    select * from {{ ref('int_progress_inputs') }}
),

oriented as (
    select
        *,
        {{ better('direction', 'target_type') }} as d,
        -- no leg named: one straight line from the baseline to the target
        coalesce(leg_y_from, y0) as path_y_from,
        coalesce(leg_t_from, t0) as path_t_from,
        coalesce(leg_y_to, y_target) as path_y_to,
        coalesce(leg_t_to, t_target) as path_t_to
    from inputs
),

judged as (
    select
        *,
        case
            when target_type = 'range' then y between y_target and y_target_upper
            else d * (y - y_target) >= 0
        end as is_met,
        case
            when target_type in ('hold_at_least', 'hold_at_most', 'range', 'binary') then true
            else coalesce(d * (y0 - y_target) >= 0, false)
        end as is_hold,
        case
            when path_t_to > path_t_from
                then path_y_from + (path_y_to - path_y_from) * (t - path_t_from) / (path_t_to - path_t_from)
        end as scheduled_value
    from oriented
),

measured as (
    select
        *,
        not_assessable_reason is null and not is_hold and t > t0 as has_schedule,
        (y - y0) / nullif(y_target - y0, 0) as raw_completion,
        (scheduled_value - y0) / nullif(y_target - y0, 0) as raw_elapsed,
        case
            when target_type = 'range' and y > y_target_upper then y - y_target_upper
            else abs(y_target - y)
        end as distance
    from judged
)

select
    indicator_no,
    region_code,
    period,
    milestone_year,
    d,
    is_met and not_assessable_reason is null as is_met,
    is_hold,
    t < t_target as is_before_date,
    has_schedule,
    case when has_schedule then round(raw_completion, 6) end as completion,
    case when has_schedule then round(raw_elapsed, 6) end as elapsed,
    -- a leg that asks for nothing yet has no index
    case when has_schedule and raw_elapsed > 0 then round(raw_completion / raw_elapsed, 6) end as schedule_index,
    case when has_schedule then round(scheduled_value, 6) end as scheduled_value,
    round(distance, 6) as distance,
    case
        when not_assessable_reason is not null or t >= t_target then null
        when is_met then 0.0
        when target_type in ('hold_at_least', 'hold_at_most', 'range', 'binary') then null
        else round((y_target - y) / (t_target - t), 6)
    end as required_yearly_change
from measured
