-- 医保电子凭证激活日志: the typed rows as delivered.
select
    activation_id,
    person_no,
    resident_id,
    activation_type_code,
    channel_code,
    activated_at,
    insured_division_code,
    is_on_behalf,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'medical_insurance__voucher_activations') }}
