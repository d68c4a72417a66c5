{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('person_no', ref('int_person_touched_persons')) }}"
) }}
-- The golden row of each person, from exactly the records that are the person's, under the number that names nobody.
-- Incremental by person.  One row per person.
with

settled as (
    select * from {{ ref('int_person_settled') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

ranks as (
    {{ authority_ranks('person', person_attributes()) }}
),

lists as (
    select max(period_end) as newest_list
    from {{ ref('int_person_records') }}
    where dataset_id = 'medical_insurance__insured_persons'
),

grouped as (
    {{ records_of_persons(ref('int_person_touched_persons') if only_grows() else none) }}
),

ranked as (
    {{ ranked_person_records('grouped') }}
),

survivors as (
    {{ person_survivors('person_no', 'ranked') }}
),

own_keys as (
    select
        person_no,
        min(own_key) as identity_key
    from settled
    where own_key is not null
    group by person_no
),

-- a merged person keeps the number of the identifier that arrived first
first_keys as (
    select
        current_no as person_no,
        min(first_resident_id) as identity_key
    from merged
    group by current_no
),

run as (
    select * from {{ ref('stg_run') }}
)

-- the resident ID itself says birth and sex, and it is checked; a column beside it is only copied
select
    {{ pseudonym(
        'P', 'run.person_key', 'coalesce(own_keys.identity_key, first_keys.identity_key, survivors.resident_id)'
    ) }} as person_id,
    survivors.* exclude (sex, birth_date, sex_rank, birth_date_rank),
    coalesce(own_keys.identity_key, first_keys.identity_key, survivors.resident_id) as identity_key,
    case
        when survivors.identifier_birth_no is null then survivors.sex
        when survivors.person_no % 2 = 1 then 'male'
        else 'female'
    end as sex,
    case
        when
            survivors.identifier_birth_no is null
            or survivors.sex = case when survivors.person_no % 2 = 1 then 'male' else 'female' end then survivors.sex_rank
    end as sex_rank,
    coalesce({{ date_of_no('survivors.identifier_birth_no') }}, survivors.birth_date) as birth_date,
    case
        when
            survivors.identifier_birth_no is null
            or {{ day_no('survivors.birth_date') }} = survivors.identifier_birth_no then survivors.birth_date_rank
    end as birth_date_rank
from survivors
left join own_keys on survivors.person_no = own_keys.person_no
left join first_keys on survivors.person_no = first_keys.person_no
cross join run
-- depends_on: {{ ref('int_person_touched_persons') }}
