-- 标准地址登记: the newest state of each standard address, taken apart as any other address is.  One row per standard address.
with

register as (
    {{ latest_state('stg_public_security__standard_addresses', ['address_code'], 'increment') }}
),

texts as (
    select * from {{ ref('int_address_texts') }}
),

parsed as (
    select * from {{ ref('int_address_parsed') }}
)

select
    register.address_code,
    register.address,
    texts.address_key,
    register.division_code,
    register.street_code,
    register.community_code,
    coalesce(register.road_name, parsed.lane) as lane,
    parsed.house_no,
    parsed.building_no,
    parsed.unit_no,
    parsed.room_no,
    -- what stands at one point: a house number or a building
    register.street_code
    || '|' || coalesce(register.road_name, parsed.lane, '')
    || '|' || coalesce(parsed.house_no, '')
    || '|' || coalesce(parsed.building_no, '') as building_key,
    register.issued_date,
    register.status,
    register.updated_at,
    register.delivery_id,
    register.sheet_name,
    register.line_number
from register
left join texts on register.address = texts.address_text
left join parsed on texts.address_key = parsed.address_key
