-- 人口基础库: the golden row of each resident ID that any dataset delivers.  One row per person.
with

records as (
    select * from {{ ref('int_person_records') }}
),

attributes as (
    select * from {{ ref('int_person_attributes') }}
    where preference = 1
),

register as (
    {{ latest_state('stg_public_security__resident_register', ['resident_id'], 'increment') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

known as (
    select
        current_resident_id as resident_id,
        min(period_start) as valid_from,
        count(distinct dataset_id) as source_count,
        max(case when {{ insured_in('human_resources__insured_persons') }} then 1 else 0 end) = 1 as is_socially_insured,
        max(case when {{ insured_in('medical_insurance__insured_persons') }} then 1 else 0 end) = 1 as is_medically_insured
    from records
    group by current_resident_id
),

golden as (
    select
        resident_id,
        max(case when attribute = 'person_name' then value end) as person_name,
        max(case when attribute = 'person_name' then dataset_id end) as person_name_dataset_id,
        max(case when attribute = 'person_name' then department_zh end) as person_name_department,
        max(case when attribute = 'sex' then value end) as sex,
        cast(max(case when attribute = 'birth_date' then value end) as date) as birth_date,
        max(case when attribute = 'insured_division_code' then value end) as insured_division_code
    from attributes
    group by resident_id
)

select
    {{ pseudonym('P', 'run.person_key', 'known.resident_id') }} as person_id,
    known.resident_id,
    golden.person_name,
    golden.sex,
    golden.birth_date,
    register.death_date,
    register.ethnicity,
    register.household_division_code,
    golden.insured_division_code,
    coalesce(register.status = 'normal', false) as is_registered,
    known.is_socially_insured,
    known.is_medically_insured,
    golden.person_name_dataset_id,
    golden.person_name_department,
    known.valid_from,
    case when register.status in ('dead', 'moved_out', 'cancelled') then coalesce(register.death_date, register.changed_date) end
        as valid_to,
    known.source_count
from known
cross join run
left join golden on known.resident_id = golden.resident_id
left join register on known.resident_id = register.resident_id
