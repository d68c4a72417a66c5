-- 农业物联网点与益农信息社: the typed rows as delivered.
select
    site_code,
    place_name,
    site_type_code,
    uscc,
    entity_name,
    division_code,
    street_code,
    community_code,
    longitude,
    latitude,
    coordinate_system,
    facility_area_m2,
    iot_area_m2,
    built_date,
    is_online,
    last_seen_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'agriculture__iot_sites') }}
