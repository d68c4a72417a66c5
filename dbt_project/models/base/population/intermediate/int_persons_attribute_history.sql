{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('person_no', ref('int_person_touched_persons')) }}"
) }}
-- What a person's record said before: how name, household division, marital status, insured division, standing in the household
-- register and insurance changed, as the dataset tells it whose value stands today. Only persons whose records differ at all
-- are looked at.  Incremental by person.  One row per person, attribute and value in turn, of attributes that changed.
{% set attributes = ['person_name', 'household_division_code', 'marital_status_code', 'insured_division_code'] -%}
with

records as (
    select * from {{ ref('int_person_records') }}
),

settled as (
    select * from {{ ref('int_person_settled') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

touched as (
    select * from {{ ref('int_person_golden') }}
    {% if only_grows() -%}
        where person_no in (select listed.person_no from {{ ref('int_person_touched_persons') }} as listed)
    {%- endif %}
),

varying as (
    select anchor_no as person_no
    from records
    where anchor_no in (select listed.person_no from touched as listed)
    group by anchor_no
    having
        min(name_no) <> max(name_no)
        or min(household_division_code) <> max(household_division_code)
        or min(marital_status_code) <> max(marital_status_code)
        or min(insured_division_code) <> max(insured_division_code)
        or min(status) <> max(status)
    union
    select person_no from settled
    union
    select current_no as person_no from merged
),

golden as (
    select * from touched
    where person_no in (select listed.person_no from varying as listed)
),

grouped as (
    {{ records_of_persons('golden') }}
),

ranks as (
    {{ authority_ranks('person', person_attributes()) }}
),

lists as (
    select max(period_end) as newest_list
    from {{ ref('int_person_records') }}
    where dataset_id = 'medical_insurance__insured_persons'
),

ranked as (
    {{ ranked_person_records('grouped') }}
),

statements as (
    {%- for attribute in attributes %}
        select
            golden.person_no,
            golden.person_id as entity_id,
            '{{ attribute }}' as attribute,
            ranked.dataset_id,
            ranked.{{ attribute }} as value,
            {{ 'ranked.name_key' if attribute == 'person_name' else 'ranked.' ~ attribute }} as compared_value,
            ranked.changed_at,
            ranked.staleness
        from ranked
        inner join golden
            on ranked.person_no = golden.person_no and ranked.{{ attribute }}_rank = golden.{{ attribute }}_rank
        where ranked.{{ attribute }} is not null
        union all
    {%- endfor %}
    select
        golden.person_no,
        golden.person_id as entity_id,
        'register_status' as attribute,
        ranked.dataset_id,
        ranked.status as value,
        ranked.status as compared_value,
        ranked.changed_at,
        ranked.staleness
    from ranked
    inner join golden on ranked.person_no = golden.person_no
    where ranked.is_register and ranked.status is not null
    union all
    select
        golden.person_no,
        golden.person_id as entity_id,
        ranked.insurance_type_code || '_status' as attribute,
        ranked.dataset_id,
        ranked.status as value,
        ranked.status as compared_value,
        ranked.changed_at,
        ranked.staleness
    from ranked
    inner join golden on ranked.person_no = golden.person_no
    where
        ranked.is_social
        and ranked.status is not null
        and ranked.insurance_type_code in (
            'employee_pension', 'institution_pension', 'resident_pension', 'unemployment', 'work_injury'
        )
),

told as (
    select
        *,
        cast(changed_at as date) as said_on,
        -staleness as said_no
    from statements
),

history as (
    {{ attribute_history('told') }}
)

select
    'person' as entity_type,
    golden.person_no,
    history.*
from history
inner join golden on history.entity_id = golden.person_id
-- depends_on: {{ ref('int_person_touched_persons') }}
