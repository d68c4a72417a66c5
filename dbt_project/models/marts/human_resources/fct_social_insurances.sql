-- 社会保险参保: the latest state of each person's insurances.  One row per person number and kind of insurance.
with

insurances as (
    {{ latest_state('stg_human_resources__insured_persons', ['person_no', 'insurance_type_code'], 'increment') }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

aliases as (
    select * from {{ ref('int_person_aliases') }}
)

select
    coalesce(aliases.person_id, {{ pseudonym('P', 'run.person_key', 'insurances.resident_id') }}) as person_id,
    insurances.insurance_type_code,
    insurances.status,
    insurances.uscc,
    insurances.insured_division_code,
    divisions.region_code,
    insurances.valid_from_date,
    insurances.valid_to_date,
    insurances.updated_at,
    insurances.delivery_id,
    insurances.line_number
from insurances
cross join run
left join aliases on insurances.resident_id = aliases.resident_id
left join divisions on {{ county_of('insurances.insured_division_code') }} = divisions.division_code
