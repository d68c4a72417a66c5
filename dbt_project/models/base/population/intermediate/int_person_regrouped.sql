{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('person_no', ref('int_person_touched_persons')) }}"
) }}
-- What survives for the persons whose records are not simply those under their identifier, worked out from exactly their
-- records. Incremental by person.  One row per such person.
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
    select person_no from {{ ref('int_person_exceptions') }}
    {% if only_grows() -%}
        where person_no in (select listed.person_no from {{ ref('int_person_touched_persons') }} as listed)
    {%- endif %}
),

persons as (
    select person_no from touched
    where person_no not in (select listed.former_no from merged as listed)
),

grouped as (
    {{ records_of_persons('persons') }}
),

ranks as (
    {{ authority_ranks('person', person_attributes()) }}
),

lists as (
    select max(period_end) as newest_list
    from records
    where dataset_id = 'medical_insurance__insured_persons'
),

ranked as (
    {{ ranked_person_records('grouped') }}
),

survivors as (
    {{ person_survivors('person_no', 'ranked') }}
),

keys as (
    select
        person_no,
        min(own_key) as identity_key
    from settled
    where own_key is not null
    group by person_no
    union
    select
        current_no as person_no,
        min(first_resident_id) as identity_key
    from merged
    group by current_no
)

select
    survivors.*,
    coalesce(keys.identity_key, survivors.resident_id) as identity_key
from survivors
left join keys on survivors.person_no = keys.person_no
-- depends_on: {{ ref('int_person_touched_persons') }}
