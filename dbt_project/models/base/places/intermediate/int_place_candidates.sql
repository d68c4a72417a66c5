-- 地点候选: facilities whose name a point of interest in the same street bears, with how near they are and what a steward said of
-- the two.  One row per point of interest and facility.
with

located as (
    select * from {{ ref('int_place_located') }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

facilities as (
    select * from located
    where place_type in ('parking_lot', 'kitchen', 'service_point', 'response_resource', 'scenic_spot', 'signal_junction')
),

alike as (
    select
        points.dataset_id,
        points.source_key,
        points.own_key,
        points.place_name,
        facilities.own_key as place_key,
        coalesce(points.building_key = facilities.building_key, false) as is_same_building,
        {{ metres_between('points.longitude', 'points.latitude', 'facilities.longitude', 'facilities.latitude') }} as metres,
        {{ review_id('place', "'same_name'", 'points.dataset_id', 'points.own_key', 'facilities.own_key') }} as review_id
    from located as points
    inner join facilities
        on points.place_name = facilities.place_name and points.street_code = facilities.street_code
    where points.place_type = 'point_of_interest'
)

select
    alike.*,
    decisions.decision,
    case
        when decisions.decision = 'same' then 'steward'
        when decisions.decision = 'different' then null
        when alike.is_same_building then 'name_and_address'
        when alike.metres <= 100 then 'name_and_point'
    end as match_rule,
    decisions.decided_at
from alike
left join decisions on alike.review_id = decisions.review_id
