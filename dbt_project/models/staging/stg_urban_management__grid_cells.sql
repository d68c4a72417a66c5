-- 城管单元网格: the typed rows as delivered.
select
    cell_code,
    area_m2,
    division_code,
    street_code,
    community_code,
    department_name,
    is_enabled,
    version_date,
    boundary_wkt,
    coordinate_system,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'urban_management__grid_cells') }}
