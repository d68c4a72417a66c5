-- 应交日历: what had come or was due by the business date, and whether it came in time.  One row per dataset and
-- business period.
with

expected as (
    select * from {{ ref('stg_expected_deliveries') }}
),

contracts as (
    select * from {{ ref('stg_contracts') }}
),

-- an answer to a correction list or a withdrawal is no report of the period
deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where
        coalesce(delivery_kind, '') not in ('correction', 'supplement', 'withdrawal')
        and coalesce(reason_code, '') <> 'delivery.withdrawn'
),

run as (
    select * from {{ ref('stg_run') }}
),

arrived as (
    select
        expected.dataset_id,
        expected.business_period,
        min(case when deliveries.status in ('accepted', 'superseded') then deliveries.received_at end) as accepted_at,
        min(case when deliveries.status in ('accepted', 'superseded', 'held') then deliveries.received_at end)
            as arrived_at,
        min(deliveries.received_at) as first_received_at,
        sum(case when deliveries.status = 'held' then 1 else 0 end) as held_deliveries
    from expected
    inner join deliveries
        on
            expected.dataset_id = deliveries.dataset_id
            and expected.period_start >= deliveries.period_start
            and expected.period_end <= deliveries.period_end
    group by expected.dataset_id, expected.business_period
)

select
    expected.dataset_id,
    contracts.title_zh as dataset_zh,
    expected.department_id,
    expected.department_zh,
    expected.business_period,
    expected.period_start,
    expected.period_end,
    expected.due_at,
    arrived.first_received_at,
    arrived.arrived_at,
    arrived.accepted_at,
    arrived.accepted_at is not null as is_present,
    coalesce(arrived.accepted_at <= expected.due_at, false) as is_on_time,
    case
        when arrived.accepted_at is null and arrived.held_deliveries > 0 then 'held'
        when arrived.first_received_at is null then 'missing'
        when arrived.accepted_at is null then 'refused'
        when arrived.accepted_at <= expected.due_at then 'on_time'
        else 'late'
    end as delivery_state
from expected
left join contracts on expected.dataset_id = contracts.dataset_id
left join arrived on expected.dataset_id = arrived.dataset_id and expected.business_period = arrived.business_period
cross join run
where arrived.first_received_at is not null or cast(expected.due_at as date) <= run.business_date
