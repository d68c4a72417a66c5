-- 城市建成区范围(年): the typed rows as delivered.
select
    stat_year,
    division_code,
    division_name,
    area_km2,
    boundary_wkt,
    coordinate_system,
    source_code,
    vintage,
    version_date,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'natural_resources__built_up_areas') }}
