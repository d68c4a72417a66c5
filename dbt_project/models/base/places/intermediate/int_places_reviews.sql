-- What a data steward is asked about places: a facility that a point is by its name alone, an address in another city, a point
-- that cannot be right as delivered, and one parcel code on two pieces of ground.  One row per question.
with

located as (
    select * from {{ ref('int_place_located') }}
),

matches as (
    select * from {{ ref('int_place_matches') }}
),

candidates as (
    select * from {{ ref('int_place_candidates') }}
),

parcels as (
    select * from {{ ref('int_place_parcels') }}
),

-- a point that is settled asks no more, unless it was settled by the answer; as near as the next corner, a name may mean it
same_name as (
    select
        candidates.review_id,
        'same_name' as kind,
        located.*,
        candidates.place_key as candidate_key,
        case when candidates.match_rule is not null then 0.6 else 0.4 end as score,
        case
            when candidates.match_rule is not null then '同名设施不止一处, 无法判断指的是哪一处'
            else '与同街道的设施名称相同, 没有地址或坐标佐证'
        end as reason_zh,
        candidates.place_name || coalesce(' ' || cast(round(candidates.metres) as int) || ' m', '') as evidence
    from candidates
    inner join located on candidates.dataset_id = located.dataset_id and candidates.source_key = located.source_key
    inner join matches on candidates.dataset_id = matches.dataset_id and candidates.source_key = matches.source_key
    where
        candidates.decision is not null
        or (matches.match_rule = 'source_key' and coalesce(candidates.metres, 0) <= 1000)
),

other_city as (
    select
        {{ review_id('place', "'address_in_other_city'", 'dataset_id', 'source_key', "''") }} as review_id,
        'address_in_other_city' as kind,
        *,
        cast(null as string) as candidate_key,
        0.2 as score,
        '地址不在本市' as reason_zh,
        place_name as evidence
    from located
    where granularity = 'other_city'
),

doubtful_point as (
    select
        {{ review_id('place', "'doubtful_point'", 'dataset_id', 'source_key', "''") }} as review_id,
        'doubtful_point' as kind,
        *,
        cast(null as string) as candidate_key,
        case coordinate_quality when 'outside_city' then 0 when 'far_from_address' then 0.3 else 0.7 end as score,
        case coordinate_quality
            when 'outside_city' then '坐标不在本市, 未使用'
            when 'far_from_address' then '坐标远离地址, 任何坐标系都不能解释'
            else '坐标系标注与地址不符, 已按推断的坐标系换算'
        end as reason_zh,
        coordinate_quality || coalesce(' ' || cast(round(metres_from_address) as int) || ' m', '') as evidence
    from located
    -- a swapped pair is no question: longitudes and latitudes of the city are never mistaken for each other
    where
        coordinate_quality in ('outside_city', 'far_from_address', 'label_wrong')
        or (coordinate_quality like 'converted%' and coordinate_evidence in ('address', 'boundary'))
),

code_twice as (
    select
        parcels.review_id,
        'code_used_twice' as kind,
        located.*,
        cast(null as string) as candidate_key,
        0.3 as score,
        '同一宗地代码先后用于两个街道的土地' as reason_zh,
        parcels.parcel_code || ' ' || parcels.street_code as evidence
    from parcels
    inner join located on located.place_type = 'parcel' and parcels.ground_key = located.source_key
),

questions as (
    select * from same_name
    union all
    select * from other_city
    union all
    select * from doubtful_point
    union all
    select * from code_twice
)

select
    questions.review_id,
    'place' as entity_type,
    questions.kind,
    questions.dataset_id,
    questions.delivery_id,
    questions.file_name,
    questions.sheet_name,
    questions.line_number,
    'self' as role,
    {{ place_id('matches.place_key') }} as subject_id,
    case when questions.candidate_key is not null then {{ place_id('questions.candidate_key') }} end as candidate_id,
    cast(questions.score as double) as score,
    questions.reason_zh,
    questions.evidence
from questions
inner join matches on questions.dataset_id = matches.dataset_id and questions.source_key = matches.source_key
