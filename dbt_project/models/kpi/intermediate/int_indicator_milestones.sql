-- The two milestones a planner asks about at each period: the next one that is due, and the one that stands worst.
-- One row per indicator, region and period.
with

progress as (
    select * from {{ ref('fct_indicator_progress') }}
),

classes as (
    select * from {{ ref('dim_progress_classes') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

ranked as (
    select
        progress.indicator_no,
        progress.region_code,
        progress.period,
        progress.milestone_year,
        progress.progress_class,
        row_number() over (
            partition by progress.indicator_no, progress.region_code, progress.period
            -- the first milestone that is still ahead, else the last one of all
            order by
                case when progress.milestone_year >= extract(year from run.business_date) then 0 else 1 end,
                case
                    when progress.milestone_year >= extract(year from run.business_date) then progress.milestone_year
                    else -progress.milestone_year
                end
        ) as rank_next,
        row_number() over (
            partition by progress.indicator_no, progress.region_code, progress.period
            order by classes.severity desc, progress.milestone_year asc
        ) as rank_worst
    from progress
    inner join classes on progress.progress_class = classes.progress_class
    cross join run
)

select
    indicator_no,
    region_code,
    period,
    max(case when rank_next = 1 then milestone_year end) as next_milestone_year,
    max(case when rank_worst = 1 then milestone_year end) as worst_milestone_year,
    max(case when rank_worst = 1 then progress_class end) as worst_progress_class
from ranked
group by indicator_no, region_code, period
