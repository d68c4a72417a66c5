-- Rows whose credit code names one entity and whose name another: a branch reported under its parent's code, or somebody
-- else's code in the row. The code is believed unless name and representative both speak for the other, or the entity of the
-- code has ended and the one of the name lives.
-- One row per entity by code, name and representative.
with

identified as (
    select * from {{ ref('int_legal_entities_identified') }}
    where anchor_key is not null
),

registered_names as (
    select distinct
        anchor_key,
        name_key,
        representative_key
    from identified
    where source_kind = 'register' and name_key is not null
),

-- all that a register ever called the entity by
named_by_code as (
    select
        anchor_key,
        min(name_key) as one_name_key
    from registered_names
    group by anchor_key
),

sole_bearers as (
    select
        name_key,
        min(anchor_key) as anchor_key
    from registered_names
    group by name_key
    having count(distinct anchor_key) = 1
),

states as (
    select
        anchor_key,
        max_by(status, changed_at) as status
    from identified
    where source_kind = 'register'
    group by anchor_key
),

asked as (
    select
        identified.anchor_key,
        identified.name_key,
        identified.representative_key,
        min(identified.dataset_id) as dataset_id
    from identified
    inner join named_by_code on identified.anchor_key = named_by_code.anchor_key
    left join registered_names
        on identified.anchor_key = registered_names.anchor_key and identified.name_key = registered_names.name_key
    where
        identified.source_kind <> 'register'
        and identified.match_rule = 'uscc'
        and identified.name_key is not null
        and identified.name_key is distinct from identified.other_name_key
        and registered_names.anchor_key is null
    group by identified.anchor_key, identified.name_key, identified.representative_key
),

compared as (
    select
        asked.*,
        sole_bearers.anchor_key as bearer_key,
        {{ is_branch_name('asked.name_key') }} as is_branch,
        coalesce(
            state_of_code.status in ('revoked', 'deregistered')
            and state_of_bearer.status = 'active'
            and {{ is_organisation_name('asked.name_key') }},
            false
        ) as has_code_ended,
        max(case when {{ starts_with('asked.name_key', 'of_code.name_key') }} then 1 else 0 end) = 1 as is_longer_name,
        max(case when asked.representative_key = of_code.representative_key then 1 else 0 end) = 1 as code_knows_representative,
        max(case when asked.representative_key = of_bearer.representative_key then 1 else 0 end) = 1
            as bearer_knows_representative
    from asked
    inner join registered_names as of_code on asked.anchor_key = of_code.anchor_key
    left join sole_bearers on asked.name_key = sole_bearers.name_key and asked.anchor_key <> sole_bearers.anchor_key
    left join registered_names as of_bearer
        on sole_bearers.anchor_key = of_bearer.anchor_key and sole_bearers.name_key = of_bearer.name_key
    left join states as state_of_code on asked.anchor_key = state_of_code.anchor_key
    left join states as state_of_bearer on sole_bearers.anchor_key = state_of_bearer.anchor_key
    group by
        asked.anchor_key, asked.name_key, asked.representative_key, asked.dataset_id, sole_bearers.anchor_key,
        state_of_code.status, state_of_bearer.status
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

questioned as (
    select
        *,
        {{ review_id(
            'legal_entity', "'name_against_code'", 'dataset_id', "anchor_key || '|' || name_key",
            "coalesce(bearer_key, '')"
        ) }} as review_id
    from compared
)

select
    questioned.anchor_key,
    questioned.name_key,
    questioned.representative_key,
    questioned.dataset_id,
    questioned.bearer_key,
    questioned.review_id,
    case
        when decisions.decision = 'same' and questioned.bearer_key is not null then 'steward'
        when decisions.decision = 'different' then null
        when questioned.is_branch and questioned.is_longer_name then 'branch_name'
        when
            not questioned.code_knows_representative
            and (questioned.bearer_knows_representative or questioned.has_code_ended)
            then 'name_against_code'
    end as match_rule,
    case
        when decisions.decision = 'different' then questioned.anchor_key
        when decisions.decision = 'same' and questioned.bearer_key is not null then questioned.bearer_key
        when questioned.is_branch and questioned.is_longer_name
            then coalesce(questioned.bearer_key, 'branch|' || questioned.anchor_key || '|' || questioned.name_key)
        when
            not questioned.code_knows_representative
            and (questioned.bearer_knows_representative or questioned.has_code_ended)
            then questioned.bearer_key
        else questioned.anchor_key
    end as linked_key
from questioned
left join decisions on questioned.review_id = decisions.review_id
where questioned.bearer_key is not null or (questioned.is_branch and questioned.is_longer_name)
