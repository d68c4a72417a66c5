-- The month ends that indicators are counted at: from the end of the year before the plan to the business date.
-- One row per month.
with

plan as (
    select * from {{ ref('plan') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

months as (
    select
        {{ month_ends("cast((plan.from_year - 1) || '-12-01' as date)", 'run.business_date') }} as month_end,
        run.business_date
    from plan
    cross join run
)

select
    month_end,
    {{ month_label('month_end') }} as period
from months
where month_end <= business_date
