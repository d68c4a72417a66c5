{{ config(materialized='view') }}
-- What a dataset says differently of a person from the dataset that is believed first.  One row per person, attribute and
-- losing dataset.
with

disputes as (
    select * from {{ ref('int_person_disputes') }}
),

persons as (
    select * from {{ ref('int_person_golden') }}
),

authority as (
    select * from {{ ref('attribute_authority') }}
    where entity_type = 'person'
),

contracts as (
    select * from {{ ref('stg_contracts') }}
)

select
    'person' as entity_type,
    persons.person_id as entity_id,
    disputes.attribute,
    coalesce(winners.department_zh, '公民身份号码') as winner_department,
    coalesce(authority.dataset_id, 'resident_id') as winner_dataset_id,
    disputes.winner_value,
    losers.department_zh as loser_department,
    disputes.dataset_id as loser_dataset_id,
    disputes.value as loser_value,
    cast(disputes.changed_at as date) as changed_on
from disputes
inner join persons on disputes.person_no = persons.person_no
left join authority
    on
        disputes.attribute = authority.attribute
        and disputes.winner_rank = authority.authority_rank
left join contracts as winners on authority.dataset_id = winners.dataset_id
left join contracts as losers on disputes.dataset_id = losers.dataset_id
