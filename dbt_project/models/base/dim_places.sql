-- 自然资源和空间地理基础库: signal-controlled junctions, the first places that are connected. Coordinates stay in the system that
-- the row names; nothing is converted unseen.  One row per place.
with

junctions as (
    {{ latest_state('stg_public_security__signal_junctions', ['junction_id'], 'full') }}
)

select
    'L' || substr({{ sha256_hex("'signal_junction|' || junction_id") }}, 1, 20) as place_id,
    'signal_junction' as place_type,
    junction_id as source_key,
    place_name,
    division_code,
    street_code,
    longitude,
    latitude,
    coordinate_system,
    status,
    connected_date as valid_from,
    cast(null as date) as valid_to,
    1 as source_count
from junctions
