-- 地名地址和公共设施兴趣点: the typed rows as delivered.
select
    poi_id,
    place_name,
    category_code,
    uscc,
    address,
    division_code,
    street_code,
    longitude,
    latitude,
    coordinate_system,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'natural_resources__points_of_interest') }}
