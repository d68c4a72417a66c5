-- 隔离行: rejected rows as delivered, with when the same defect was first and last seen.  One row per rejected row and reason.
with

quarantined as (
    select * from {{ ref('stg_quarantined_rows') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

requests as (
    select * from {{ ref('fct_correction_requests') }}
),

dated as (
    select
        quarantined.*,
        deliveries.department_zh,
        deliveries.business_period,
        deliveries.status as delivery_status,
        min(deliveries.received_at) over same_defect as first_seen_at,
        max(deliveries.received_at) over same_defect as last_seen_at
    from quarantined
    inner join deliveries on quarantined.delivery_id = deliveries.delivery_id
    window same_defect as (
        partition by quarantined.dataset_id, quarantined.reason_code, quarantined.column_name, quarantined.raw_row
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
    case
        when dated.delivery_status = 'superseded' then 'superseded'
        when requests.status = 'closed' then 'closed'
        else 'open'
    end as status
from dated
left join requests on dated.delivery_id = requests.delivery_id
