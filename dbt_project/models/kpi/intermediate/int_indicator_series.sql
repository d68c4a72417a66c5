-- The value that is assessed in each period: measured before simulated before published, revised before preliminary;
-- forecasts are never assessed.  One row per indicator, region and period.
with

indicator_values as (
    select * from {{ ref('fct_indicator_values') }}
    where vintage <> 'forecast'
),

numbered as (
    select
        *,
        {{ month_number('period') }} as month_number,
        row_number() over (
            partition by indicator_no, region_code, period
            order by
                case source when 'measured' then 1 when 'simulated' then 2 else 3 end,
                case vintage when 'current' then 1 when 'revised' then 2 when 'final' then 3 else 4 end
        ) as preference
    from indicator_values
)

select
    indicator_no,
    region_code,
    period,
    month_number,
    {{ year_axis('month_number') }} as t,
    value as y,
    numerator,
    denominator,
    unit,
    source,
    vintage,
    definition_version,
    expected_deliveries,
    present_deliveries,
    rejected_share,
    is_held_back,
    held_reason,
    is_comparable,
    note
from numbered
where preference = 1
