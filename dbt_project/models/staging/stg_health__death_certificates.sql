-- 居民死亡医学证明(推断)信息: the typed rows as delivered.
select
    certificate_no,
    resident_id,
    person_name,
    sex,
    birth_date,
    death_date,
    death_place_code,
    cause_code,
    address,
    household_division_code,
    entity_name,
    issued_date,
    reported_at,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'health__death_certificates') }}
