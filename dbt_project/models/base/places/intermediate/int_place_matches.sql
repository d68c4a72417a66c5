-- 地点匹配: which place each number of a department stands for. A point of interest that bears the name of a facility at the same
-- building, or within 100 m in the same street, is that facility.  One row per dataset and number.
with

records as (
    select * from {{ ref('int_place_records') }}
    where recency = 1
),

texts as (
    select * from {{ ref('int_address_texts') }}
),

links as (
    select * from {{ ref('fct_address_links') }}
),

coordinates as (
    select * from {{ ref('fct_place_coordinates') }}
),

located as (
    select
        records.dataset_id,
        records.source_key,
        records.place_type,
        records.place_name,
        records.place_type || '|' || records.source_key as own_key,
        coalesce(records.street_code, links.street_code) as street_code,
        links.building_key,
        coordinates.longitude,
        coordinates.latitude
    from records
    left join texts on records.address_text = texts.address_text
    left join links on texts.address_key = links.address_key
    left join coordinates
        on
            records.delivery_id = coordinates.delivery_id
            and records.line_number = coordinates.line_number
            and records.sheet_name is not distinct from coordinates.sheet_name
),

facilities as (
    select * from located
    where place_type in ('parking_lot', 'kitchen', 'service_point', 'response_resource', 'scenic_spot', 'signal_junction')
),

alike as (
    select
        points.own_key,
        facilities.own_key as place_key,
        coalesce(points.building_key = facilities.building_key, false) as is_same_building,
        {{ metres_between('points.longitude', 'points.latitude', 'facilities.longitude', 'facilities.latitude') }} <= 100
            as is_near
    from located as points
    inner join facilities
        on points.place_name = facilities.place_name and points.street_code = facilities.street_code
    where points.place_type = 'point_of_interest'
),

counted as (
    select
        *,
        count(*) over (partition by own_key) as candidate_count
    from alike
    where is_same_building or is_near
),

-- two facilities of one name at one spot: nobody can say which of them a point means
settled as (
    select * from counted
    where candidate_count = 1
)

select
    located.dataset_id,
    located.source_key,
    coalesce(settled.place_key, located.own_key) as place_key,
    case
        when settled.place_key is null then 'source_key'
        when settled.is_same_building then 'name_and_address'
        else 'name_and_point'
    end as match_rule,
    case
        when settled.place_key is null then 1.0
        when settled.is_same_building then 0.98
        else 0.95
    end as match_score
from located
left join settled on located.own_key = settled.own_key
