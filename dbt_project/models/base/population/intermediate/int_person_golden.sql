{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('person_no', ref('int_person_touched_persons')) }}"
) }}
-- The golden row of each person, under the number that names nobody.  Incremental by person.  One row per person.
{% set columns = [
    'resident_id', 'identifier_birth_no', 'name_key', 'register_status', 'register_changed_date', 'household_no',
    'has_employee_pension', 'has_institution_pension', 'has_resident_pension', 'has_unemployment', 'has_work_injury',
    'is_medically_insured', 'valid_from', 'source_count', 'match_score', 'has_other_names', 'has_other_births',
    'has_other_sexes', 'has_other_deaths',
] -%}
{% for attribute in person_attributes() %}{% do columns.extend([attribute, attribute ~ '_rank']) %}{% endfor -%}
with

anchors as (
    select * from {{ ref('int_person_anchors') }}
    {% if only_grows() -%}
        where anchor_no in (select listed.person_no from {{ ref('int_person_touched_persons') }} as listed)
    {%- endif %}
),

regrouped as (
    select * from {{ ref('int_person_regrouped') }}
    {% if only_grows() -%}
        where person_no in (select listed.person_no from {{ ref('int_person_touched_persons') }} as listed)
    {%- endif %}
),

exceptions as (
    select * from {{ ref('int_person_exceptions') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

united as (
    select
        anchor_no as person_no,
        resident_id as identity_key,
        {{ columns | join(', ') }}
    from anchors
    where anchor_no not in (select listed.person_no from exceptions as listed)
    union all
    select
        person_no,
        identity_key,
        {{ columns | join(', ') }}
    from regrouped
)

-- the resident ID itself says birth and sex, and it is checked; a column beside it is only copied
select
    {{ pseudonym('P', 'run.person_key', 'united.identity_key') }} as person_id,
    united.* exclude (sex, birth_date, sex_rank, birth_date_rank),
    case
        when united.identifier_birth_no is null then united.sex
        when united.person_no % 2 = 1 then 'male'
        else 'female'
    end as sex,
    case
        when
            united.identifier_birth_no is null
            or united.sex = case when united.person_no % 2 = 1 then 'male' else 'female' end then united.sex_rank
    end as sex_rank,
    coalesce({{ date_of_no('united.identifier_birth_no') }}, united.birth_date) as birth_date,
    case
        when united.identifier_birth_no is null or {{ day_no('united.birth_date') }} = united.identifier_birth_no
            then united.birth_date_rank
    end as birth_date_rank
from united
cross join run
-- depends_on: {{ ref('int_person_touched_persons') }}
