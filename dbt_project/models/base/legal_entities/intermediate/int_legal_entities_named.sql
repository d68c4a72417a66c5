-- What names settle for records without a known number. A name needs company: representative, operator, telephone or address
-- for a name that others bear too or that is a person's; for an organisation's full name that nobody else bears it is enough
-- that the division or the trade agrees. In the credit base only the former counts.  One row per asking group and candidate,
-- the three best.
with

candidates as (
    select * from {{ ref('int_legal_entities_candidates') }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

questioned as (
    select
        candidates.*,
        {{ review_id('legal_entity', "'name'", 'candidates.dataset_id', 'candidates.group_key', 'candidates.bearer_key') }}
            as review_id
    from candidates
),

judged as (
    select
        questioned.*,
        decisions.decision,
        coalesce(
            questioned.representative_key_agrees or questioned.operator_key_agrees or questioned.phone_key_agrees
            or questioned.address_key_agrees, false
        ) as has_strong,
        coalesce(questioned.division_agrees or questioned.street_code_agrees or questioned.industry_code_agrees, false)
            as has_weak,
        not(
            coalesce(questioned.representative_key_agrees, true) and coalesce(questioned.operator_key_agrees, true)
            and coalesce(questioned.division_agrees, true)
        ) as has_against,
        coalesce({{ is_organisation_name('questioned.name_key') }}, false) as is_organisation,
        questioned.dataset_id in (
            'development_reform__licence_publicity', 'development_reform__penalty_publicity',
            'development_reform__red_and_black_lists', 'development_reform__credit_repairs', 'court__judgment_defaulters',
            'tax__tax_credit_ratings', 'market_supervision__abnormal_operations'
        ) as is_credit
    from questioned
    left join decisions on questioned.review_id = decisions.review_id
),

ruled as (
    select
        *,
        case
            when decision = 'same' then 'steward'
            when decision = 'different' then null
            when name_key_agrees and has_strong then 'name_and_more'
            -- a small trader under any sign-board: the operator has this one business
            when
                operator_key_agrees and operator_bearer_count = 1 and bearer_kind = 'self_employed'
                then 'operator'
            when
                name_key_agrees and name_bearer_count = 1 and is_organisation and has_weak and not has_against
                and not is_credit
                then 'name_alone_in_city'
        end as match_rule
    from judged
),

ordered as (
    select
        *,
        row_number() over (
            partition by group_key
            order by
                case match_rule
                    when 'steward' then 0 when 'name_and_more' then 1 when 'operator' then 2 when
                        'name_alone_in_city'
                        then 3
                    else 4
                end,
                case when decision = 'different' then 1 else 0 end, points desc, bearer_key asc
        ) as place,
        count(*) over (partition by group_key, match_rule, points) as equal_count
    from ruled
)

select
    group_key,
    place,
    dataset_id,
    bearer_key,
    name_key,
    name_bearer_count,
    points,
    review_id,
    is_organisation,
    -- two candidates that fit equally well settle nothing
    case when match_rule = 'steward' or equal_count = 1 then match_rule end as match_rule,
    case match_rule
        when 'steward' then 1.0
        when 'name_and_more' then 0.97
        when 'operator' then 0.95
        when 'name_alone_in_city' then 0.9
        else least(0.5, points / 20.0)
    end as match_score
from ordered
where place <= 3
