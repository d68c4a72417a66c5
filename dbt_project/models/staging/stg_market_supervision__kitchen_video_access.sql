-- 互联网+明厨亮灶接入台账: the typed rows as delivered.
select
    site_code,
    certificate_no,
    uscc,
    entity_name,
    site_type_code,
    division_code,
    street_code,
    address,
    longitude,
    latitude,
    coordinate_system,
    camera_count,
    connected_date,
    last_seen_at,
    online_pct,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'market_supervision__kitchen_video_access') }}
