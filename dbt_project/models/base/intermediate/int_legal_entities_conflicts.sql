-- What a dataset says differently of a legal entity from the dataset that is believed first.  One row per entity,
-- attribute and losing dataset.
with

attributes as (
    select * from {{ ref('int_entity_attributes') }}
    where attribute in ('entity_name', 'status', 'established_date')
)

select
    'legal_entity' as entity_type,
    {{ entity_id('losers.entity_key') }} as entity_id,
    losers.attribute,
    winners.department_zh as winner_department,
    winners.dataset_id as winner_dataset_id,
    winners.value as winner_value,
    losers.department_zh as loser_department,
    losers.dataset_id as loser_dataset_id,
    losers.value as loser_value,
    cast(losers.changed_at as date) as changed_on
from attributes as losers
inner join attributes as winners
    on
        losers.entity_key = winners.entity_key
        and losers.attribute = winners.attribute
        and winners.preference = 1
where
    losers.preference > 1
    and losers.value <> winners.value
    -- a revoked licence is no contradiction to a tax office that still taxes; one office's end of life is
    and (losers.attribute <> 'status' or 'deregistered' in (losers.value, winners.value))
