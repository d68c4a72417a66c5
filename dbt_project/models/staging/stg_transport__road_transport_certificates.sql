-- 道路运输证与从业资格证信息: the typed rows as delivered.
select
    certificate_type_code,
    certificate_no,
    holder_type_code,
    resident_id,
    person_name,
    uscc,
    entity_name,
    plate_no,
    business_scope,
    issued_date,
    valid_from_date,
    valid_to_date,
    authority_name,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'transport__road_transport_certificates') }}
