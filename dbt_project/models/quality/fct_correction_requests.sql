-- 校核单: what was sent back to a department and how far it has come. It closes when every row is brought right, replaced,
-- withdrawn or closed by a data steward.  One row per delivery with rejected rows.
with

rejected as (
    select * from {{ ref('int_rejected_rows') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

counted as (
    select
        delivery_id,
        count(*) as rows_rejected,
        sum(case when row_status = 'settled' then 1 else 0 end) as rows_settled,
        sum(case when row_status = 'open' then 1 else 0 end) as rows_open,
        max(case
            when row_status = 'closed' then 4 when row_status = 'withdrawn' then 3
            when row_status = 'superseded' then 2 else 1
        end) as way_of_closing
    from rejected
    group by delivery_id
),

last_ends as (
    select
        delivery_id,
        ended_by_delivery_id,
        ended_at,
        row_number() over (partition by delivery_id order by ended_at desc, ended_by_delivery_id desc) as recency
    from rejected
    where row_status <> 'open'
),

numbered_decisions as (
    select
        delivery_id,
        event,
        reason,
        due_at,
        row_number() over (partition by delivery_id, event order by decided_at desc) as recency
    from decisions
    where event in ('dispute', 'extend')
),

states as (
    select
        counted.*,
        deliveries.dataset_id,
        deliveries.department_id,
        deliveries.department_zh,
        deliveries.business_period,
        deliveries.received_at as opened_at,
        coalesce(extensions.due_at, deliveries.answer_due_at) as due_at,
        extensions.due_at is not null as is_extended,
        disputes.delivery_id is not null as is_disputed,
        disputes.reason as dispute_reason
    from counted
    inner join deliveries on counted.delivery_id = deliveries.delivery_id
    left join numbered_decisions as extensions
        on counted.delivery_id = extensions.delivery_id and extensions.event = 'extend' and extensions.recency = 1
    left join numbered_decisions as disputes
        on counted.delivery_id = disputes.delivery_id and disputes.event = 'dispute' and disputes.recency = 1
)

select
    'JH-' || states.delivery_id as request_id,
    states.delivery_id,
    states.dataset_id,
    states.department_id,
    states.department_zh,
    states.business_period,
    states.opened_at,
    states.due_at,
    states.is_extended,
    case
        when states.rows_open = 0 then 'closed'
        when states.is_disputed then 'disputed'
        when cast(states.due_at as date) <= run.business_date then 'overdue'
        when states.rows_settled > 0 then 'corrected'
        else 'sent'
    end as status,
    states.rows_open,
    states.rows_settled,
    states.rows_rejected,
    states.dispute_reason,
    case when states.rows_open = 0 then last_ends.ended_at end as closed_at,
    case when states.rows_open = 0 then last_ends.ended_by_delivery_id end as closed_by_delivery_id,
    case
        when states.rows_open > 0 then null
        when states.way_of_closing = 4 then 'decision'
        when states.way_of_closing = 3 then 'withdrawn'
        when states.way_of_closing = 2 then 'superseded'
        else 'settled'
    end as closed_reason
from states
cross join run
left join last_ends on states.delivery_id = last_ends.delivery_id and last_ends.recency = 1
