-- 共享挂接: interfaces, tables and files of the newest day's ledger.  One row per attachment.
with

attachments as (
    {{ latest_state('stg_big_data__sharing_interfaces', ['interface_id'], 'full', changed_at=none) }}
)

select
    interface_id,
    resource_code,
    department_code,
    attachment_method_code,
    attached_date,
    status,
    call_count_30d,
    success_rate_pct,
    data_updated_at,
    stat_date,
    delivery_id,
    line_number
from attachments
