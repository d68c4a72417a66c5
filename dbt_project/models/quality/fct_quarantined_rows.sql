-- 隔离行: rejected rows as delivered, with when the same defect was first and last seen, and what became of each; values that
-- were only left out stand beside them as noted.  One row per rejected row and reason.
with

quarantined as (
    select * from {{ ref('stg_quarantined_rows') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

rejected as (
    select * from {{ ref('int_rejected_rows') }}
),

-- a row that was rejected before and after a replay stands once, as it is now
current_cells as (
    select
        *,
        row_number() over (
            partition by delivery_id, coalesce(sheet_name, ''), line_number, column_name, reason_code
            order by case when is_before_replay then 1 else 0 end
        ) as newness
    from quarantined
),

dated as (
    select
        current_cells.*,
        deliveries.department_zh,
        deliveries.business_period,
        min(deliveries.received_at) over same_defect as first_seen_at,
        max(deliveries.received_at) over same_defect as last_seen_at
    from current_cells
    inner join deliveries on current_cells.delivery_id = deliveries.delivery_id
    where current_cells.newness = 1
    window same_defect as (
        partition by
            current_cells.dataset_id, current_cells.reason_code, current_cells.column_name, current_cells.raw_row
    )
)

select
    dated.delivery_id,
    dated.dataset_id,
    dated.department_zh,
    dated.business_period,
    dated.file_name,
    dated.sheet_name,
    dated.line_number,
    dated.column_name,
    dated.raw_value,
    dated.raw_row,
    dated.reason_code,
    dated.contract_version,
    dated.first_seen_at,
    dated.last_seen_at,
    case when dated.kind = 'row_rejected' then rejected.row_status else 'noted' end as status,
    rejected.ended_at,
    rejected.ended_by_delivery_id
from dated
left join rejected
    on
        {{ key_if("dated.kind = 'row_rejected'", 'dated.delivery_id') }} = rejected.delivery_id
        and coalesce(dated.sheet_name, '') = rejected.sheet_key
        and dated.line_number = rejected.line_number
