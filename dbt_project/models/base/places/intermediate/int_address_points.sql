-- 参照点: where points that stand at an address say that a building or a road lies; the middle one of several, so that single wrong
-- ones do not count. Where the points lie far apart they tell nothing.  One row per building or road.
with

declared as (
    select * from {{ ref('int_coordinates_declared') }}
    where address_text is not null and longitude is not null
),

texts as (
    select * from {{ ref('int_address_texts') }}
),

links as (
    select * from {{ ref('fct_address_links') }}
),

keyed as (
    select
        links.building_key,
        links.road_key,
        declared.longitude,
        declared.latitude
    from declared
    inner join texts on declared.address_text = texts.address_text
    inner join links on texts.address_key = links.address_key
),

buildings as (
    select
        'building' as kind,
        building_key as point_key,
        median(longitude) as longitude,
        median(latitude) as latitude,
        mad(longitude) * 94600 + mad(latitude) * 110940 as spread_m,
        count(*) as point_count
    from keyed
    where building_key is not null
    group by building_key
),

roads as (
    select
        'road' as kind,
        road_key as point_key,
        median(longitude) as longitude,
        median(latitude) as latitude,
        mad(longitude) * 94600 + mad(latitude) * 110940 as spread_m,
        count(*) as point_count
    from keyed
    where road_key is not null
    group by road_key
)

-- two points of a building that agree are enough; of a road there must be three
select * from buildings
where point_count >= 2 and spread_m <= 50
union all
select * from roads
where point_count >= 3 and spread_m <= 300
