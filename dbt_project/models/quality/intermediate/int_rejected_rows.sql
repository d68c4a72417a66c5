-- 退回行的去向: every row that was ever sent back, with what became of it: brought right by an answer or a replay, replaced
-- by a later file, withdrawn, closed by a data steward, or open.  One row per delivery, sheet and line.
with

quarantined as (
    select * from {{ ref('stg_quarantined_rows') }}
    where kind = 'row_rejected'
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

settled as (
    select * from {{ ref('stg_settled_rows') }}
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

rejected as (
    select
        delivery_id,
        coalesce(sheet_name, '') as sheet_key,
        line_number,
        min(case when is_before_replay then 1 else 0 end) = 1 as is_taken_by_replay
    from quarantined
    group by delivery_id, coalesce(sheet_name, ''), line_number
),

answered as (
    select
        settled.delivery_id,
        coalesce(settled.sheet_name, '') as sheet_key,
        settled.line_number,
        settled.answer_delivery_id,
        answers.received_at as answered_at,
        row_number() over (
            partition by settled.delivery_id, coalesce(settled.sheet_name, ''), settled.line_number
            order by answers.received_at, settled.answer_delivery_id
        ) as answer_order
    from settled
    inner join deliveries as answers on settled.answer_delivery_id = answers.delivery_id
    where answers.status = 'accepted'
),

replaced as (
    select
        deliveries.delivery_id,
        later.delivery_id as replaced_by,
        later.received_at as replaced_at,
        row_number() over (partition by deliveries.delivery_id order by later.revision_no) as later_order
    from deliveries
    inner join deliveries as later
        on
            deliveries.dataset_id = later.dataset_id
            and deliveries.business_period = later.business_period
            and deliveries.revision_no < later.revision_no
    where
        later.status in ('accepted', 'superseded')
        and later.delivery_kind not in ('correction', 'supplement', 'withdrawal')
        and coalesce(later.reason_code, '') <> 'delivery.withdrawn'
        and deliveries.status = 'superseded'
        and coalesce(deliveries.reason_code, '') <> 'delivery.withdrawn'
),

decided as (
    select
        delivery_id,
        max(case when event = 'close' then decided_at end) as closed_at,
        max(case when event = 'replay' then decided_at end) as replayed_at,
        max(case when event = 'withdraw' then decided_at end) as withdrawn_at
    from decisions
    group by delivery_id
),

judged as (
    select
        rejected.delivery_id,
        rejected.sheet_key,
        rejected.line_number,
        case
            when rejected.is_taken_by_replay then 'settled'
            when answered.answer_delivery_id is not null then 'settled'
            when deliveries.reason_code = 'delivery.withdrawn' then 'withdrawn'
            when deliveries.status = 'superseded' then 'superseded'
            when decided.closed_at is not null then 'closed'
            else 'open'
        end as row_status,
        rejected.is_taken_by_replay,
        answered.answer_delivery_id,
        answered.answered_at,
        replaced.replaced_by,
        replaced.replaced_at,
        deliveries.withdrawn_by,
        coalesce(withdrawals.received_at, decided.withdrawn_at) as withdrawn_at,
        decided.closed_at,
        decided.replayed_at
    from rejected
    inner join deliveries on rejected.delivery_id = deliveries.delivery_id
    left join answered
        on
            rejected.delivery_id = answered.delivery_id
            and rejected.sheet_key = answered.sheet_key
            and rejected.line_number = answered.line_number
            and answered.answer_order = 1
    left join replaced on rejected.delivery_id = replaced.delivery_id and replaced.later_order = 1
    left join deliveries as withdrawals on deliveries.withdrawn_by = withdrawals.delivery_id
    left join decided on rejected.delivery_id = decided.delivery_id
)

select
    delivery_id,
    sheet_key,
    line_number,
    row_status,
    case
        when is_taken_by_replay then delivery_id
        when row_status = 'settled' then answer_delivery_id
        when row_status = 'superseded' then replaced_by
        when row_status = 'withdrawn' then withdrawn_by
    end as ended_by_delivery_id,
    case
        when is_taken_by_replay then replayed_at
        when row_status = 'settled' then answered_at
        when row_status = 'superseded' then replaced_at
        when row_status = 'withdrawn' then withdrawn_at
        when row_status = 'closed' then closed_at
    end as ended_at
from judged
