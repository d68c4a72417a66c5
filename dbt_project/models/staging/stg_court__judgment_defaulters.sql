-- 失信被执行人名单: the typed rows as delivered.
select
    case_no,
    subject_name,
    subject_type_code,
    subject_identifier,
    sex,
    age_years,
    legal_representative_name,
    court_name,
    basis_no,
    basis_authority_name,
    case_filed_date,
    obligation_text,
    performance,
    conduct,
    published_at,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'court__judgment_defaulters') }}
