-- The one value that stands for an indicator today: the latest that is not held back; at the same month measured
-- before simulated before published.  One row per indicator that has a value for the city.
with

series as (
    select * from {{ ref('int_indicator_series') }}
),

plan as (
    select * from {{ ref('plan') }}
),

city as (
    select series.* from series
    inner join plan on series.region_code = plan.city_code
),

numbered as (
    select
        *,
        row_number() over (
            partition by indicator_no
            order by
                month_number desc,
                case source when 'measured' then 1 when 'simulated' then 2 else 3 end
        ) as recency
    from city
    where not is_held_back
),

newest_held as (
    select
        indicator_no,
        period as held_period,
        month_number as held_month_number,
        held_reason,
        row_number() over (partition by indicator_no order by month_number desc) as recency
    from city
    where is_held_back
),

year_before as (
    select * from city
    where not is_held_back
)

select
    numbered.*,
    newest_held.held_period,
    newest_held.held_reason as newest_held_reason,
    year_before.y as value_a_year_before
from numbered
left join newest_held
    on
        numbered.indicator_no = newest_held.indicator_no
        and newest_held.recency = 1
        and numbered.month_number < newest_held.held_month_number
left join year_before
    on
        numbered.indicator_no = year_before.indicator_no
        and numbered.source = year_before.source
        and numbered.definition_version = year_before.definition_version
        and length(numbered.period) = length(year_before.period)
        and numbered.month_number = year_before.month_number + 12
where numbered.recency = 1
