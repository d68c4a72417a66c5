-- What was due and what came, month by month: a due period is present when an accepted delivery covers it.
-- One row per dataset and month, from the first month in which anything was due.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

expected as (
    select * from {{ ref('stg_expected_deliveries') }}
),

accepted as (
    select * from {{ ref('stg_deliveries') }}
    where status = 'accepted'
),

checked as (
    select
        expected.dataset_id,
        expected.business_period,
        {{ month_label('expected.period_end') }} as period,
        max(case when accepted.delivery_id is null then 0 else 1 end) as is_present
    from expected
    left join accepted
        on
            expected.dataset_id = accepted.dataset_id
            and expected.period_start >= accepted.period_start
            and expected.period_end <= accepted.period_end
            -- an answer to a correction list or a withdrawal is no delivery of the period
            and coalesce(accepted.delivery_kind, '') not in ('correction', 'supplement', 'withdrawal')
    group by expected.dataset_id, expected.business_period, expected.period_end
),

due as (
    select
        dataset_id,
        period,
        count(*) as expected_deliveries,
        sum(is_present) as present_deliveries
    from checked
    group by dataset_id, period
),

first_due as (
    select
        dataset_id,
        min(period) as first_period
    from due
    group by dataset_id
),

counted as (
    select
        dataset_id,
        {{ month_label('period_end') }} as period,
        sum(rows_accepted) as rows_accepted,
        sum(rows_rejected) as rows_rejected
    from accepted
    group by dataset_id, {{ month_label('period_end') }}
)

select
    first_due.dataset_id,
    months.period,
    coalesce(due.expected_deliveries, 0) as expected_deliveries,
    coalesce(due.present_deliveries, 0) as present_deliveries,
    coalesce(counted.rows_accepted, 0) as rows_accepted,
    coalesce(counted.rows_rejected, 0) as rows_rejected
from first_due
inner join months on first_due.first_period <= months.period
left join due on first_due.dataset_id = due.dataset_id and months.period = due.period
left join counted on first_due.dataset_id = counted.dataset_id and months.period = counted.period
