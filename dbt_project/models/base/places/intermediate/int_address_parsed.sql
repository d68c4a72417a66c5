-- 地址分解: an address taken apart: division and street that it names, road or estate, number, building, unit, room.
-- One row per address.
with

texts as (
    select distinct address_key, normalised_address from {{ ref('int_address_texts') }}
),

names as (
    select * from {{ ref('int_address_names') }}
),

other_cities as (
    select * from {{ ref('other_cities') }}
),

after_province as (
    select
        *,
        {{ province_of('normalised_address') }} as province,
        {{ behind('normalised_address', province_of('normalised_address')) }} as rest
    from texts
),

first_named as (
    select *, {{ division_name_of('rest') }} as first_name from after_province
),

after_first as (
    select
        first_named.address_key,
        first_named.normalised_address,
        first_named.province not in ('', '江苏', '江苏省') or other_cities.city_name is not null as is_other_city,
        case when names.area_level = 'division' then names.division_code end as first_division,
        case
            when names.area_name is null then first_named.rest
            else {{ behind('first_named.rest', 'first_named.first_name') }}
        end as rest
    from first_named
    left join names on first_named.first_name = names.area_name and names.area_level in ('city', 'division')
    left join other_cities on first_named.first_name = other_cities.city_name
),

-- the division stands behind the city, or was the first name itself
second_named as (
    select
        *,
        case when first_division is null then {{ division_name_of('rest') }} end as second_name
    from after_first
),

after_division as (
    select
        second_named.address_key,
        second_named.normalised_address,
        second_named.is_other_city,
        coalesce(second_named.first_division, names.division_code) as division_code,
        case
            when names.area_name is null then second_named.rest
            else {{ behind('second_named.rest', 'second_named.second_name') }}
        end as rest
    from second_named
    left join names on second_named.second_name = names.area_name and names.area_level = 'division'
),

street_named as (
    select *, {{ street_name_of('rest') }} as street_name from after_division
),

after_street as (
    select
        street_named.address_key,
        street_named.normalised_address,
        street_named.is_other_city,
        street_named.division_code,
        names.street_code,
        names.division_code as street_division_code,
        case
            when names.area_name is null then street_named.rest
            else {{ behind('street_named.rest', 'street_named.street_name') }}
        end as rest
    from street_named
    left join names on street_named.street_name = names.area_name and names.area_level = 'street'
),

parts as (
    select *, {{ address_parts('rest') }} as part from after_street
)

select
    address_key,
    normalised_address,
    is_other_city,
    case when not is_other_city then division_code end as division_code,
    case when not is_other_city then street_code end as street_code,
    case when not is_other_city then street_division_code end as street_division_code,
    nullif(struct_extract(part, 'lane'), '') as lane,
    nullif({{ without_community("struct_extract(part, 'lane')") }}, '') as lane_without_community,
    nullif(struct_extract(part, 'house_no'), '') as house_no,
    nullif(struct_extract(part, 'building_no'), '') as building_no,
    nullif(struct_extract(part, 'unit_no'), '') as unit_no,
    nullif(struct_extract(part, 'room_no'), '') as room_no
from parts
