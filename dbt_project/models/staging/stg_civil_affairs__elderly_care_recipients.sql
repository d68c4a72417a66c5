-- 养老服务对象信息: the typed rows as delivered.
select
    resident_id,
    person_name,
    sex,
    birth_date,
    phone,
    address,
    community_code,
    service_type_code,
    uscc,
    entity_name,
    is_home_adapted,
    subsidy_amount_cny,
    valid_from_date,
    valid_to_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'civil_affairs__elderly_care_recipients') }}
