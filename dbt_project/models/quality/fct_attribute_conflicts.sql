-- 数据冲突: what a dataset says differently from the one whose value stands, and whether a steward has decided about it.
-- One row per entity, attribute and losing dataset.
with

statements as (
    select * from {{ ref('fct_conflict_statements') }}
),

decisions as (
    select
        current_conflict_id,
        status,
        row_number() over (partition by current_conflict_id order by decided_at desc, conflict_id asc) as recency
    from {{ ref('fct_conflict_decisions') }}
)

select
    losers.conflict_id,
    losers.entity_type,
    losers.entity_id,
    losers.attribute,
    winners.department_zh as winner_department,
    winners.dataset_id as winner_dataset_id,
    winners.stated_value as winner_value,
    winners.winner_rule,
    losers.department_zh as loser_department,
    losers.dataset_id as loser_dataset_id,
    losers.stated_value as loser_value,
    losers.changed_on,
    coalesce(decisions.status, 'open') as status
from statements as losers
inner join statements as winners on losers.conflict_id = winners.conflict_id and winners.is_winner
left join decisions on losers.conflict_id = decisions.current_conflict_id and decisions.recency = 1
where losers.is_contrary
