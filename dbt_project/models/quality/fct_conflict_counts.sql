-- 冲突统计 (一数一源): how often two departments contradict each other about an attribute.  One row per entity type, attribute,
-- dataset that is believed and dataset that is not.
with

conflicts as (
    select * from {{ ref('fct_attribute_conflicts') }}
)

select
    entity_type,
    attribute,
    winner_department,
    winner_dataset_id,
    loser_department,
    loser_dataset_id,
    count(*) as conflict_count,
    count(distinct entity_id) as entity_count,
    sum(case when status = 'decided' then 0 else 1 end) as open_count,
    min(changed_on) as first_changed_on,
    max(changed_on) as last_changed_on
from conflicts
group by entity_type, attribute, winner_department, winner_dataset_id, loser_department, loser_dataset_id
