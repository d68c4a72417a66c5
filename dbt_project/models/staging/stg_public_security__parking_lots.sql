-- 停车场(库)备案台账: the typed rows as delivered.
select
    parking_lot_id,
    place_name,
    lot_type_code,
    is_public,
    uscc,
    entity_name,
    address,
    division_code,
    street_code,
    longitude,
    latitude,
    coordinate_system,
    berth_count,
    connected_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_security__parking_lots') }}
