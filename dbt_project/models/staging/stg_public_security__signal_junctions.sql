-- 信号灯控路口台账: the typed rows as delivered.
select
    junction_id,
    place_name,
    division_code,
    street_code,
    longitude,
    latitude,
    coordinate_system,
    controller_brand,
    protocol_code,
    is_networked,
    is_jointly_controlled,
    connected_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'public_security__signal_junctions') }}
