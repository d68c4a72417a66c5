-- 地点匹配: which place each number of a department stands for. A point of interest that bears the name of a facility at the same
-- building, or within 100 m in the same street, is that facility, as is one of which a steward said so.
-- One row per dataset and number.
with

located as (
    select * from {{ ref('int_place_located') }}
),

fitting as (
    select
        *,
        max(case when match_rule = 'steward' then 1 else 0 end) over (partition by own_key) as has_decision
    from {{ ref('int_place_candidates') }}
    where match_rule is not null
),

counted as (
    select
        *,
        count(*) over (partition by own_key) as candidate_count
    from fitting
    where match_rule = 'steward' or has_decision = 0
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
    coalesce(settled.match_rule, 'source_key') as match_rule,
    case settled.match_rule
        when 'name_and_address' then 0.98
        when 'name_and_point' then 0.95
        else 1.0
    end as match_score
from located
left join settled on located.own_key = settled.own_key
