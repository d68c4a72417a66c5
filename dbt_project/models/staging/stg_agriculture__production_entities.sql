-- 农产品生产经营主体名录: the typed rows as delivered.
select
    producer_id,
    subject_name,
    subject_type_code,
    subject_identifier,
    resident_id,
    phone,
    division_code,
    street_code,
    community_code,
    main_product,
    area_m2,
    grid_supervisor_name,
    is_traceable,
    registered_date,
    status,
    updated_at,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'agriculture__production_entities') }}
