-- 信号灯控路口: the newest ledger.  One row per signal-controlled junction.
with

junctions as (
    {{ latest_state('stg_public_security__signal_junctions', ['junction_id'], 'full') }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
)

select
    junctions.junction_id,
    junctions.place_name,
    junctions.division_code,
    divisions.region_code,
    junctions.controller_brand,
    junctions.protocol_code,
    junctions.is_networked,
    junctions.is_jointly_controlled,
    junctions.connected_date,
    junctions.status,
    junctions.updated_at,
    junctions.delivery_id,
    junctions.line_number
from junctions
left join divisions on {{ county_of('junctions.division_code') }} = divisions.division_code
