-- What a dataset says differently of a legal entity from the dataset that is believed first.  One row per entity,
-- attribute and losing dataset.
with

attributes as (
    select * from {{ ref('int_legal_entities_attributes') }}
)

select
    'legal_entity' as entity_type,
    losers.legal_entity_id as entity_id,
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
        losers.legal_entity_id = winners.legal_entity_id
        and losers.attribute = winners.attribute
        and winners.preference = 1
where
    losers.preference > 1
    and losers.compared_value <> winners.compared_value
    -- a revoked licence is no contradiction to a tax office that still taxes; one office's end of life is
    and (losers.attribute <> 'status' or 'deregistered' in (losers.value, winners.value))
