-- 信用修复办理信息: the typed rows as delivered.
select
    repair_no,
    channel_code,
    repair_type_code,
    subject_name,
    uscc,
    decision_no,
    authority_name,
    applied_date,
    accepted_date,
    decided_date,
    result_code,
    refusal_reason,
    publicity_end_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'development_reform__credit_repairs') }}
