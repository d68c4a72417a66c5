-- 物联感知设备台账: the typed rows as delivered.
select
    device_id,
    oid,
    device_type_code,
    department_code,
    place_name,
    division_code,
    street_code,
    longitude,
    latitude,
    coordinate_system,
    installed_date,
    is_connected,
    last_seen_at,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'big_data__sensor_devices') }}
