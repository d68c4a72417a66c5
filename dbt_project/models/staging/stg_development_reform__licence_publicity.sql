-- 双公示行政许可信息: the typed rows as delivered.
select
    subject_name,
    subject_type_code,
    uscc,
    registration_no,
    organisation_code,
    taxpayer_no,
    legal_representative_name,
    resident_id,
    decision_no,
    licence_type_code,
    certificate_no,
    decided_date,
    valid_from_date,
    valid_to_date,
    authority_name,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'development_reform__licence_publicity') }}
