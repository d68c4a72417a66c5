-- 基本医疗保险参保: the newest month's list.  One row per person number and kind of insurance.
with

insurances as (
    {{ latest_state('stg_medical_insurance__insured_persons', ['person_no', 'insurance_type_code'], 'full') }}
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
    insurances.stat_month,
    insurances.insurance_type_code,
    insurances.person_category_code,
    insurances.status,
    insurances.insured_division_code,
    divisions.region_code,
    insurances.valid_from_date,
    insurances.valid_to_date,
    insurances.is_paid,
    insurances.updated_at,
    insurances.delivery_id,
    insurances.line_number
from insurances
cross join run
left join aliases on insurances.resident_id = aliases.resident_id
left join divisions on {{ county_of('insurances.insured_division_code') }} = divisions.division_code
