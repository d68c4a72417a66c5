-- 校核单经过: everything that happened to a correction list: opened, sent, answered, disputed, extended, replayed, closed.
-- One row per event.
with

requests as (
    select * from {{ ref('fct_correction_requests') }}
),

rejected as (
    select * from {{ ref('int_rejected_rows') }}
    where row_status = 'settled' and ended_by_delivery_id <> delivery_id
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

opened as (
    select
        delivery_id,
        'opened' as event,
        opened_at as happened_at,
        rows_rejected as row_count
    from requests
),

answered as (
    select
        delivery_id,
        'answered' as event,
        ended_at as happened_at,
        ended_by_delivery_id as by_delivery_id,
        count(*) as row_count
    from rejected
    group by delivery_id, ended_at, ended_by_delivery_id
),

decided as (
    select
        decisions.delivery_id,
        decisions.event,
        decisions.decided_at as happened_at,
        decisions.actor,
        decisions.reason,
        decisions.due_at
    from decisions
    inner join requests on decisions.delivery_id = requests.delivery_id
),

closed as (
    select
        delivery_id,
        'closed' as event,
        closed_at as happened_at,
        closed_by_delivery_id as by_delivery_id,
        rows_rejected as row_count
    from requests
    where status = 'closed' and closed_reason <> 'decision'
),

united as (
    select delivery_id, event, happened_at, row_count, null as by_delivery_id, null as actor, null as reason, null as due_at
    from opened
    union all
    select delivery_id, event, happened_at, row_count, by_delivery_id, null as actor, null as reason, null as due_at
    from answered
    union all
    select delivery_id, event, happened_at, null as row_count, null as by_delivery_id, actor, reason, due_at
    from decided
    union all
    select delivery_id, event, happened_at, row_count, by_delivery_id, null as actor, null as reason, null as due_at
    from closed
)

select
    'JH-' || delivery_id as request_id,
    delivery_id,
    event,
    happened_at,
    cast(row_count as bigint) as row_count,
    cast(by_delivery_id as {{ dbt.type_string() }}) as by_delivery_id,
    cast(actor as {{ dbt.type_string() }}) as actor,
    cast(reason as {{ dbt.type_string() }}) as reason,
    cast(due_at as timestamp) as due_at
from united
