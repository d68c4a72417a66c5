-- 人社经办网点与金保专网接入台账: the typed rows as delivered.
select
    service_point_id,
    place_name,
    level_code,
    area_code,
    division_code,
    address,
    is_connected,
    connected_date,
    access_bandwidth_mbps,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'human_resources__service_points') }}
