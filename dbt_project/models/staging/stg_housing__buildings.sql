-- 房屋建筑信息: the typed rows as delivered.
select
    building_code,
    place_name,
    address,
    address_code,
    parcel_code,
    community_code,
    use_code,
    structure_code,
    floor_count,
    floor_area_m2,
    completed_year,
    longitude,
    latitude,
    coordinate_system,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'housing__buildings') }}
