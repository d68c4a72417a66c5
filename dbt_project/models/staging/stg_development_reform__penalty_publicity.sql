-- 双公示行政处罚信息: the typed rows as delivered.
select
    subject_name,
    subject_type_code,
    uscc,
    registration_no,
    organisation_code,
    legal_representative_name,
    resident_id,
    decision_no,
    violation_text,
    legal_basis,
    penalty_type_code,
    fine_amount_cny,
    decided_date,
    publicity_end_date,
    authority_name,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'development_reform__penalty_publicity') }}
