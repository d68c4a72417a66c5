{{ config(materialized='view') }}
-- 人口基础库: the golden row of each person, with the department that every attribute came from and how sure the matching is.
-- One row per person.
{% set attributes = person_attributes() -%}
{% set ruled = ['person_name', 'sex', 'birth_date', 'death_date'] -%}
with

persons as (
    select * from {{ ref('int_person_golden') }}
),

authority as (
    select * from {{ ref('attribute_authority') }}
    where entity_type = 'person'
),

contracts as (
    select * from {{ ref('stg_contracts') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

rulings as (
    select * from {{ ref('int_person_rulings') }}
),

-- a landlord's or an employer's number, which hundreds of rows repeat, is nobody's own
shared_phones as (
    select phone from persons
    where phone is not null
    group by phone
    having count(*) > 5
)

select
    persons.person_id,
    persons.resident_id,
    {%- for attribute in ruled %}
        coalesce(rulings.{{ attribute }}, persons.{{ attribute }}) as {{ attribute }},
    {%- endfor %}
    persons.ethnicity,
    persons.marital_status_code,
    case when shared_phones.phone is null then persons.phone end as phone,
    persons.household_division_code,
    persons.insured_division_code,
    case when persons.register_status = 'normal' then {{ pseudonym('H', 'run.person_key', 'persons.household_no') }} end
        as household_id,
    coalesce(persons.register_status = 'normal', false) as is_registered,
    coalesce(persons.has_employee_pension, false)
    or coalesce(persons.has_institution_pension, false)
    or coalesce(persons.has_resident_pension, false)
    or coalesce(persons.has_unemployment, false)
    or coalesce(persons.has_work_injury, false) as is_socially_insured,
    persons.is_medically_insured,
    {%- for attribute in attributes %}
        {%- if attribute in ('sex', 'birth_date') %}
            case
                when rulings.{{ attribute }} is not null then rulings.{{ attribute }}_dataset_id
                when persons.{{ attribute }} is not null then coalesce({{ attribute }}_authority.dataset_id, 'resident_id')
            end as {{ attribute }}_dataset_id,
        {%- elif attribute in ruled %}
            coalesce(rulings.{{ attribute }}_dataset_id, {{ attribute }}_authority.dataset_id) as {{ attribute }}_dataset_id,
        {%- else %}
            {{ attribute }}_authority.dataset_id as {{ attribute }}_dataset_id,
        {%- endif %}
    {%- endfor %}
    contracts.department_zh as person_name_department,
    persons.match_score,
    persons.valid_from,
    case
        when persons.register_status in ('dead', 'moved_out', 'cancelled')
            then coalesce(rulings.death_date, persons.death_date, persons.register_changed_date)
        else coalesce(rulings.death_date, persons.death_date)
    end as valid_to,
    persons.source_count
from persons
cross join run
{%- for attribute in attributes %}
    left join authority as {{ attribute }}_authority
        on
            {{ attribute }}_authority.attribute = '{{ attribute }}'
            and persons.{{ attribute }}_rank % 16 = {{ attribute }}_authority.authority_rank
{%- endfor %}
left join shared_phones on persons.phone = shared_phones.phone
left join rulings on persons.person_id = rulings.person_id
left join contracts
    on coalesce(rulings.person_name_dataset_id, person_name_authority.dataset_id) = contracts.dataset_id
