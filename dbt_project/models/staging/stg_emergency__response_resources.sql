-- 应急资源(队伍、物资、避难场所): the typed rows as delivered.
select
    response_resource_id,
    response_resource_type_code,
    response_resource_name,
    entity_name,
    uscc,
    division_code,
    address,
    longitude,
    latitude,
    coordinate_system,
    quantity,
    unit,
    capacity_persons,
    person_name,
    phone,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'emergency__response_resources') }}
