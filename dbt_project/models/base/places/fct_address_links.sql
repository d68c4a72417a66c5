-- 地址匹配: where every address that any department wrote lies: the standard address, else the building, road, street or division,
-- by which rule and how sure. An address in another city has no code of ours.  One row per address.
with

parsed as (
    select * from {{ ref('int_address_parsed') }}
),

register as (
    select * from {{ ref('int_address_register') }}
),

lanes as (
    select distinct lane from register
),

-- the road or estate as the register knows it, with or without a community before it; the keys of an address that must not be
-- looked up in a way are null, so that every join below is one of equal keys
named as (
    select
        parsed.*,
        coalesce(whole.lane, bare.lane) as known_lane,
        coalesce(parsed.house_no, '') || '|' || coalesce(parsed.building_no, '') as number_key,
        case when parsed.street_code is null and not parsed.is_other_city then parsed.division_code end as open_division,
        case
            when parsed.street_code is null and parsed.division_code is null and not parsed.is_other_city
                then coalesce(whole.lane, bare.lane)
        end as open_lane
    from parsed
    left join lanes as whole on parsed.lane = whole.lane
    left join lanes as bare on parsed.lane_without_community = bare.lane
),

numbered as (
    select
        *,
        coalesce(house_no, '') || '|' || coalesce(building_no, '') as number_key
    from register
),

by_number_in_division as (
    select division_code, lane, number_key, min(street_code) as street_code
    from numbered
    group by division_code, lane, number_key
    having count(distinct street_code) = 1
),

by_road_in_division as (
    select division_code, lane, min(street_code) as street_code from numbered
    group by division_code, lane
    having count(distinct street_code) = 1
),

by_number as (
    select lane, number_key, min(street_code) as street_code from numbered
    group by lane, number_key
    having count(distinct street_code) = 1
),

by_road as (
    select lane, min(street_code) as street_code from numbered
    group by lane
    having count(distinct street_code) = 1
),

-- a name that stands in one street alone tells the street where the address leaves it out
placed as (
    select
        named.*,
        coalesce(
            named.street_code,
            by_number_in_division.street_code,
            by_road_in_division.street_code,
            by_number.street_code,
            by_road.street_code
        ) as known_street,
        case
            when named.street_code is not null then 'street_named'
            when by_number_in_division.street_code is not null then 'number_in_division'
            when by_road_in_division.street_code is not null then 'road_in_division'
            when by_number.street_code is not null then 'number_in_city'
            when by_road.street_code is not null then 'road_in_city'
        end as street_rule
    from named
    left join by_number_in_division
        on
            named.open_division = by_number_in_division.division_code
            and named.known_lane = by_number_in_division.lane
            and named.number_key = by_number_in_division.number_key
    left join by_road_in_division
        on named.open_division = by_road_in_division.division_code and named.known_lane = by_road_in_division.lane
    left join by_number on named.open_lane = by_number.lane and named.number_key = by_number.number_key
    left join by_road on named.open_lane = by_road.lane
),

standard as (
    select
        street_code,
        lane,
        number_key,
        coalesce(unit_no, '') || '|' || coalesce(room_no, '') as room_key,
        arg_min(address_code, (case when status = 'active' then 0 else 1 end, address_code)) as address_code
    from numbered
    group by street_code, lane, number_key, room_key
),

buildings as (
    select
        street_code,
        lane,
        number_key,
        min(community_code) as community_code,
        min(building_key) as building_key
    from numbered
    group by street_code, lane, number_key
),

roads as (
    select distinct street_code, lane from register
),

found as (
    select
        placed.*,
        standard.address_code,
        buildings.building_key,
        buildings.community_code,
        case
            when placed.is_other_city then 'other_city'
            when standard.address_code is not null then 'address'
            when buildings.building_key is not null then 'building'
            when roads.lane is not null then 'road'
            when placed.known_street is not null then 'street'
            when placed.division_code is not null then 'division'
            else 'nothing'
        end as granularity
    from placed
    left join standard
        on
            placed.known_street = standard.street_code
            and placed.known_lane = standard.lane
            and placed.number_key = standard.number_key
            and coalesce(placed.unit_no, '') || '|' || coalesce(placed.room_no, '') = standard.room_key
    left join buildings
        on
            placed.known_street = buildings.street_code
            and placed.known_lane = buildings.lane
            and placed.number_key = buildings.number_key
    left join roads on placed.known_street = roads.street_code and placed.known_lane = roads.lane
)

select
    address_key,
    normalised_address as address,
    {{ address_id('address_code') }} as address_id,
    building_key,
    case when granularity in ('address', 'building', 'road') then known_street || '|' || known_lane end as road_key,
    community_code,
    known_street as street_code,
    coalesce(substr(known_street, 1, 6), division_code) as division_code,
    granularity,
    case when granularity = 'other_city' then 'other_city' else coalesce(street_rule, granularity) end as rule,
    -- a street that lies in another division than the one named leaves a doubt
    case when street_code is not null and division_code <> street_division_code then 0.6 else 1.0 end
    * case street_rule
        when 'street_named' then 1.0
        when 'number_in_division' then 0.97
        when 'road_in_division' then 0.95
        when 'number_in_city' then 0.9
        when 'road_in_city' then 0.85
        else 0.5
    end
    * case granularity
        when 'address' then 1.0
        when 'building' then 0.98
        when 'road' then 0.95
        when 'street' then 0.9
        when 'division' then 0.6
        else 0.0
    end as score
from found
