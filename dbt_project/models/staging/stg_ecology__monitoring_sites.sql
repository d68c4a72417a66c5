-- 环境监测点位台账: the typed rows as delivered.
select
    site_code,
    place_name,
    medium_code,
    site_level_code,
    is_automatic,
    division_code,
    street_code,
    longitude,
    latitude,
    coordinate_system,
    valid_from_date,
    valid_to_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'ecology__monitoring_sites') }}
