-- 冲突裁定: which dataset a data steward let stand, and whether that still holds: the conflict is followed through changes of
-- numbers, and what the dataset says now is held against what it said then.  One row per decided conflict.
with

followed as (
    {{ followed_decisions(ref('fct_entity_id_changes')) }}
),

decisions as (
    select
        *,
        {{ conflict_id('entity_type', 'current_id', 'attribute') }} as current_conflict_id
    from followed
),

agreed as (
    select
        current_conflict_id,
        min(dataset_id) = max(dataset_id) as is_agreed
    from decisions
    group by current_conflict_id
),

statements as (
    select * from {{ ref('fct_conflict_statements') }}
),

conflicts as (
    select distinct conflict_id from statements
),

contracts as (
    select * from {{ ref('stg_contracts') }}
)

select
    decisions.conflict_id,
    decisions.current_conflict_id,
    decisions.decision_id,
    decisions.entity_type,
    decisions.entity_id,
    decisions.current_id as current_entity_id,
    decisions.attribute,
    coalesce(contracts.department_zh, statements.department_zh) as department_zh,
    decisions.dataset_id,
    decisions.value as decided_value,
    statements.stated_value as value_now,
    case
        when conflicts.conflict_id is null then 'lapsed'
        when statements.conflict_id is null or not agreed.is_agreed then 'reopened'
        when statements.stated_value <> decisions.value and statements.compared_value <> decisions.compared_value
            then 'value_changed'
        else 'decided'
    end as status,
    decisions.decided_at,
    decisions.decided_by,
    decisions.reason as decision_reason
from decisions
inner join agreed on decisions.current_conflict_id = agreed.current_conflict_id
left join conflicts on decisions.current_conflict_id = conflicts.conflict_id
left join statements
    on decisions.current_conflict_id = statements.conflict_id and decisions.dataset_id = statements.dataset_id
left join contracts on decisions.dataset_id = contracts.dataset_id
