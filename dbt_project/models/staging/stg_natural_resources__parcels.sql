-- 地籍宗地信息: the typed rows as delivered.
select
    parcel_code,
    address,
    division_code,
    street_code,
    holder_name,
    uscc,
    certificate_no,
    right_type_code,
    land_use_code,
    area_m2,
    valid_to_date,
    boundary_wkt,
    coordinate_system,
    registered_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'natural_resources__parcels') }}
