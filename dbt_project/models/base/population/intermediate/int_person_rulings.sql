-- What stewards decided about persons' attributes that departments disagree about: whose value stands.  One row per person
-- with such a decision.
with

decided as (
    {{ rulings(
        ref('int_persons_conflicts'),
        {'person_name': 'string', 'sex': 'string', 'birth_date': 'date', 'death_date': 'date'},
    ) }}
)

select
    entity_id as person_id,
    person_name,
    person_name_dataset_id,
    sex,
    sex_dataset_id,
    birth_date,
    birth_date_dataset_id,
    death_date,
    death_date_dataset_id
from decided
