-- 校核单: what was sent back to a department. A later file for the same period closes it; a correction file takes off the
-- rows it brings right.  One row per delivery with rejected rows.
with

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

requests as (
    select * from deliveries
    where status in ('accepted', 'held', 'superseded') and rows_rejected > 0
),

answers as (
    select * from deliveries
    where status in ('accepted', 'superseded')
),

answered as (
    select
        requests.delivery_id,
        answers.delivery_id as answer_id,
        answers.received_at as answered_at,
        case when answers.delivery_kind = 'correction' then answers.rows_accepted else requests.rows_rejected end
            as rows_settled
    from requests
    inner join answers
        on
            requests.dataset_id = answers.dataset_id
            and requests.business_period = answers.business_period
            and requests.received_at < answers.received_at
            and requests.delivery_id <> answers.delivery_id
),

running as (
    select
        *,
        sum(rows_settled) over (partition by delivery_id order by answered_at, answer_id) as rows_settled_so_far
    from answered
),

settled as (
    select
        requests.delivery_id,
        max(running.rows_settled_so_far) as rows_settled,
        min(case when running.rows_settled_so_far >= requests.rows_rejected then running.answered_at end) as closed_at
    from requests
    inner join running on requests.delivery_id = running.delivery_id
    group by requests.delivery_id
),

closing as (
    select
        settled.delivery_id,
        min(running.answer_id) as closed_by_delivery_id
    from settled
    inner join running on settled.delivery_id = running.delivery_id and settled.closed_at = running.answered_at
    group by settled.delivery_id
)

select
    'JH-' || requests.delivery_id as request_id,
    requests.delivery_id,
    requests.dataset_id,
    requests.department_id,
    requests.department_zh,
    requests.business_period,
    requests.received_at as opened_at,
    {{ dbt.dateadd('day', var('correction_days'), 'requests.received_at') }} as due_at,
    case when settled.closed_at is not null then 'closed' else 'open' end as status,
    greatest(requests.rows_rejected - coalesce(settled.rows_settled, 0), 0) as rows_open,
    requests.rows_rejected,
    settled.closed_at,
    closing.closed_by_delivery_id
from requests
left join settled on requests.delivery_id = settled.delivery_id
left join closing on requests.delivery_id = closing.delivery_id
