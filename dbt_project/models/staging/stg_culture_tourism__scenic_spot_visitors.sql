-- 景区客流监测: the typed rows as delivered.
select
    spot_id,
    place_name,
    spot_grade_code,
    division_code,
    longitude,
    latitude,
    coordinate_system,
    measured_at,
    source_code,
    visitors_in_count,
    visitors_out_count,
    visitors_present_count,
    capacity_persons,
    ticket_revenue_cny,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'culture_tourism__scenic_spot_visitors') }}
