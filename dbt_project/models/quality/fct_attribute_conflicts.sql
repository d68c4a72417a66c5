-- 数据冲突: what a dataset says differently from the dataset that is believed first.  One row per entity, attribute and
-- losing value.
with

person_attributes as (
    select * from {{ ref('int_person_attributes') }}
    where attribute in ('person_name', 'sex', 'birth_date')
),

entity_attributes as (
    select * from {{ ref('int_entity_attributes') }}
    where attribute in ('entity_name', 'status', 'established_date')
),

run as (
    select * from {{ ref('stg_run') }}
),

united as (
    select
        'person' as entity_type,
        {{ pseudonym('P', 'run.person_key', 'person_attributes.resident_id') }} as entity_id,
        person_attributes.attribute,
        person_attributes.value,
        person_attributes.dataset_id,
        person_attributes.department_zh,
        person_attributes.preference
    from person_attributes
    cross join run
    union all
    select
        'legal_entity' as entity_type,
        {{ entity_id('entity_key') }} as entity_id,
        attribute,
        value,
        dataset_id,
        department_zh,
        preference
    from entity_attributes
)

select
    losers.entity_type,
    losers.entity_id,
    losers.attribute,
    winners.department_zh as winner_department,
    winners.dataset_id as winner_dataset_id,
    winners.value as winner_value,
    losers.department_zh as loser_department,
    losers.dataset_id as loser_dataset_id,
    losers.value as loser_value
from united as losers
inner join united as winners
    on
        losers.entity_type = winners.entity_type
        and losers.entity_id = winners.entity_id
        and losers.attribute = winners.attribute
        and winners.preference = 1
where
    losers.preference > 1
    and losers.value <> winners.value
    -- a revoked licence is no contradiction to a tax office that still taxes; one office's end of life is
    and (losers.attribute <> 'status' or 'deregistered' in (losers.value, winners.value))
