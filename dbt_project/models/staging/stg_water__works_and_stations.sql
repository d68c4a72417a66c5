-- 水利工程和水文测站名录: the typed rows as delivered.
select
    works_code,
    place_name,
    works_type_code,
    river_name,
    division_code,
    street_code,
    entity_name,
    longitude,
    latitude,
    coordinate_system,
    elevation_datum_code,
    warning_level_m,
    completed_year,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'water__works_and_stations') }}
