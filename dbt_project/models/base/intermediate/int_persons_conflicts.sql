-- What a dataset says differently of a person from the dataset that is believed first.  One row per person, attribute and
-- losing dataset.
with

attributes as (
    select * from {{ ref('int_person_attributes') }}
    where attribute in ('person_name', 'sex', 'birth_date')
),

run as (
    select * from {{ ref('stg_run') }}
)

select
    'person' as entity_type,
    {{ pseudonym('P', 'run.person_key', 'losers.resident_id') }} as entity_id,
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
        losers.resident_id = winners.resident_id
        and losers.attribute = winners.attribute
        and winners.preference = 1
cross join run
where losers.preference > 1 and losers.value <> winners.value
