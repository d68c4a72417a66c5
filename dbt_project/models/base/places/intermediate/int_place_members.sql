-- 地点成员: the newest row of each number that stands for a place, the department that answers for it first.  One row per dataset
-- and number.
with

records as (
    select * from {{ ref('int_place_records') }}
    where recency = 1
),

matches as (
    select * from {{ ref('int_place_matches') }}
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

decisions as (
    select * from {{ ref('stg_match_decisions') }}
    where decision = 'different'
)

select
    {{ place_id('matches.place_key') }} as place_id,
    matches.place_key,
    matches.match_score,
    records.*,
    coalesce(records.street_code, substr(records.community_code, 1, 9), links.street_code) as known_street_code,
    links.address_id,
    links.division_code as address_division_code,
    -- a point of which a steward said that it is not the place's
    case when decisions.review_id is null then coordinates.longitude end as longitude,
    case when decisions.review_id is null then coordinates.latitude end as latitude,
    coalesce(coordinates.coordinate_quality, 'none') as coordinate_quality,
    coordinates.coordinate_evidence,
    -- who keeps a list of its own answers for the place before those that only map it
    row_number() over (
        partition by matches.place_key
        order by
            case when records.place_type || '|' || records.source_key = matches.place_key then 0 else 1 end,
            records.dataset_id,
            records.source_key
    ) as preference
from records
inner join matches on records.dataset_id = matches.dataset_id and records.source_key = matches.source_key
left join texts on records.address_text = texts.address_text
left join links on texts.address_key = links.address_key
left join coordinates
    on
        records.delivery_id = coordinates.delivery_id
        and records.line_number = coordinates.line_number
        and records.sheet_name is not distinct from coordinates.sheet_name
left join decisions
    on
        {{ review_id('place', "'doubtful_point'", 'records.dataset_id', 'records.source_key', "''") }} = decisions.review_id
