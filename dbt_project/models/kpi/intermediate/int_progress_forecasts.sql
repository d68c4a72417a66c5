-- Where the series is heading by the milestone: least-squares forecast with a 95 % band, and the weather symbol of Destatis.
-- One row per indicator, region, period and milestone.
with

inputs as (
    select * from {{ ref('int_progress_inputs') }}
),

trends as (
    select * from {{ ref('int_indicator_trends') }}
),

joined as (
    select
        inputs.*,
        {{ better('inputs.direction', 'inputs.target_type') }} as d,
        trends.slope,
        trends.mean_yearly_change,
        trends.consecutive_changes,
        trends.y_mean + trends.slope * (inputs.t_target - trends.t_mean) as line_at_target,
        -- 1.96: half the width of 95 % of a normal distribution
        1.96 * sqrt(
            trends.residual_variance
            * (1 + 1.0 / trends.n + power(inputs.t_target - trends.t_mean, 2) / trends.t_squares)
        ) as half_band,
        coalesce(trends.n >= 3 and trends.t_squares > 0 and inputs.t < inputs.t_target, false) as has_line
    from inputs
    left join trends
        on
            inputs.indicator_no = trends.indicator_no
            and inputs.region_code = trends.region_code
            and inputs.assessed_period = trends.period
    where inputs.not_assessable_reason is null
),

projected as (
    select
        *,
        y + mean_yearly_change * (t_target - t) as projected_value,
        coalesce(d * (y - y_target) >= 0, false) as is_met
    from joined
)

select
    indicator_no,
    region_code,
    period,
    milestone_year,
    case when has_line then round(line_at_target, 6) end as forecast_value,
    case when has_line then round(line_at_target - half_band, 6) end as forecast_low,
    case when has_line then round(line_at_target + half_band, 6) end as forecast_high,
    round(mean_yearly_change, 6) as mean_yearly_change,
    round(projected_value, 6) as projected_value,
    -- fewer than four consecutive yearly points carry no symbol
    case
        when t >= t_target or target_type in ('range', 'binary') then null
        when consecutive_changes is null or consecutive_changes < 3 then null
        when is_met then 'sun'
        when d * mean_yearly_change <= 0 then 'storm'
        when (y_target - projected_value) / (y_target - y) < 0.05 then 'sun'
        when (y_target - projected_value) / (y_target - y) <= 0.2 + 1e-9 then 'sun_and_cloud'
        else 'cloud'
    end as destatis_symbol,
    case
        when t >= t_target then '里程碑已到期'
        when target_type in ('range', 'binary') then '区间型或二元目标没有方向'
    end as destatis_reason
from projected
