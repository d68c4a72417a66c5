-- 标准地址: division, street, community, road or estate, number, building, room, with its point in CGCS2000; one record of several
-- spellings of a road keeps its own code.  One row per standard address.
with

register as (
    select * from {{ ref('int_address_register') }}
),

coordinates as (
    select * from {{ ref('fct_place_coordinates') }}
    where dataset_id = 'public_security__standard_addresses'
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
)

select
    {{ address_id('register.address_code') }} as address_id,
    register.address_code,
    register.address_key,
    register.address,
    register.division_code,
    register.street_code,
    register.community_code,
    register.lane as road_name,
    register.house_no,
    register.building_no,
    register.unit_no,
    register.room_no,
    register.building_key,
    coordinates.longitude,
    coordinates.latitude,
    coordinates.coordinate_quality,
    coordinates.coordinate_evidence,
    register.status,
    register.issued_date as valid_from,
    case when register.status = 'historical' then cast(register.updated_at as date) end as valid_to,
    1 as source_count,
    register.delivery_id,
    deliveries.file_name,
    register.sheet_name,
    register.line_number
from register
inner join deliveries on register.delivery_id = deliveries.delivery_id
left join coordinates
    on
        register.delivery_id = coordinates.delivery_id
        and register.line_number = coordinates.line_number
        and register.sheet_name is not distinct from coordinates.sheet_name
