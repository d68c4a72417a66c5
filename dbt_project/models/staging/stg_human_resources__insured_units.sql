-- 社会保险参保单位信息: the typed rows as delivered.
select
    stat_month,
    unit_no,
    uscc,
    organisation_code,
    entity_name,
    legal_representative_name,
    insured_person_count,
    industry_code,
    address,
    insured_division_code,
    phone,
    registered_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'human_resources__insured_units') }}
