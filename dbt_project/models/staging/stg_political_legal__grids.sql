-- 网格台账: the typed rows as delivered.
select
    grid_code,
    grid_name,
    grid_type_code,
    division_code,
    street_code,
    community_code,
    grid_worker_count,
    department_name,
    boundary_wkt,
    coordinate_system,
    version_date,
    status,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'political_legal__grids') }}
