-- 标准地址(门楼牌)信息: the typed rows as delivered.
select
    address_code,
    address,
    division_code,
    street_code,
    community_code,
    road_name,
    house_no,
    building_no,
    room_no,
    longitude,
    latitude,
    coordinate_system,
    issued_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_security__standard_addresses') }}
