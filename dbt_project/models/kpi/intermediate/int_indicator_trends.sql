-- The line through the last good points of each series (least squares), and the mean of the last five yearly changes.
-- One row per indicator, region and period.
with

series as (
    select * from {{ ref('int_indicator_series') }}
    where not is_held_back and is_comparable
),

summed as (
    select
        *,
        count(*) over trend as n,
        avg(t) over trend as t_mean,
        avg(y) over trend as y_mean,
        var_pop(t) over trend as t_variance,
        var_pop(y) over trend as y_variance,
        covar_pop(y, t) over trend as covariance
    from series
    window trend as (
        partition by indicator_no, region_code, source, definition_version
        order by month_number
        -- two years of months: long enough for a line, short enough to notice a change of pace
        rows between 23 preceding and current row
    )
),

year_pairs as (
    select
        series.indicator_no,
        series.region_code,
        series.period,
        series.y - earlier.y as change,
        (series.month_number - earlier.month_number) / 12 as years_back,
        row_number() over (
            partition by series.indicator_no, series.region_code, series.period
            order by earlier.month_number desc
        ) as rank_back
    from series
    inner join series as earlier
        on
            series.indicator_no = earlier.indicator_no
            and series.region_code = earlier.region_code
            and series.source = earlier.source
            and series.definition_version = earlier.definition_version
            and length(series.period) = length(earlier.period)
    where series.month_number - earlier.month_number in (12, 24, 36, 48, 60)
),

-- consecutive years only: the n-th point back must lie n years back
yearly as (
    select
        indicator_no,
        region_code,
        period,
        max(years_back) as consecutive_changes
    from year_pairs
    where years_back = rank_back
    group by indicator_no, region_code, period
)

select
    summed.indicator_no,
    summed.region_code,
    summed.period,
    summed.n,
    summed.t_mean,
    summed.y_mean,
    summed.n * summed.t_variance as t_squares,
    case when summed.t_variance > 0 then summed.covariance / summed.t_variance end as slope,
    -- residual variance with n - 2 degrees of freedom; rounding may leave a tiny negative rest
    case
        when summed.n >= 3 and summed.t_variance > 0
            then greatest(
                summed.n * (summed.y_variance - summed.covariance * summed.covariance / summed.t_variance), 0
            ) / (summed.n - 2)
    end as residual_variance,
    yearly.consecutive_changes,
    year_pairs.change / yearly.consecutive_changes as mean_yearly_change
from summed
left join yearly
    on
        summed.indicator_no = yearly.indicator_no
        and summed.region_code = yearly.region_code
        and summed.period = yearly.period
left join year_pairs
    on
        yearly.indicator_no = year_pairs.indicator_no
        and yearly.region_code = year_pairs.region_code
        and yearly.period = year_pairs.period
        and yearly.consecutive_changes = year_pairs.years_back
