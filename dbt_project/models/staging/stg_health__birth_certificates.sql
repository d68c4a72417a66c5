-- 出生医学证明签发信息: the typed rows as delivered.
select
    certificate_no,
    person_name,
    sex,
    birth_date,
    occurred_at,
    mother_name,
    mother_resident_id,
    father_name,
    father_resident_id,
    address,
    institution_code,
    entity_name,
    issued_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'health__birth_certificates') }}
