-- 危险化学品生产、经营、使用、储存企业: the typed rows as delivered.
select
    uscc,
    entity_name,
    legal_representative_name,
    phone,
    address,
    division_code,
    longitude,
    latitude,
    coordinate_system,
    chemical_activity_code,
    certificate_type_code,
    certificate_no,
    valid_from_date,
    valid_to_date,
    hazard_level_code,
    is_monitored,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'emergency__hazardous_chemical_enterprises') }}
