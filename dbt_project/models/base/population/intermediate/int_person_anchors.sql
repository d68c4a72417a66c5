{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('anchor_no', ref('int_person_touched')) }}"
) }}
-- What the records under one identifier say together of what matching compares, before it is asked whether all of them are
-- of one person. Rows whose department corrected the ID do not count here.
-- Incremental by identifier.  One row per resident ID or other document.
{% set attributes = ['sex', 'phone', 'household_division_code', 'insured_division_code'] -%}
with

records as (
    select
        *,
        case when is_birth_contradicted then 16 else 0 end as disbelief
    from {{ ref('int_person_touched_records') if only_grows() else ref('int_person_records') }}
    where anchor_no is not null
),

renumbered as (
    select * from {{ ref('int_person_renumbered') }}
),

ranks as (
    {{ authority_ranks('person', ['person_name', 'birth_date'] + attributes) }}
),

kept as (
    select
        records.*,
        {%- for attribute in ['person_name', 'birth_date'] + attributes %}
            {{ preference('(ranks.' ~ attribute ~ '_rank + records.disbelief)', 'records.staleness') }}
                as {{ attribute }}_preference,
        {%- endfor %}
        case when records.identifier_birth_no is null then records.birth_date end as stated_birth_date,
        records.dataset_id = 'public_security__resident_register' as is_register
    from records
    left join ranks on records.dataset_id = ranks.dataset_id
    left join renumbered on records.source_no = renumbered.source_no and records.anchor_no = renumbered.former_no
    where renumbered.source_no is null
),

survivors as (
    select
        anchor_no,
        max(resident_id) as resident_id,
        max(identifier_birth_no) as identifier_birth_no,
        min_by(name_key, person_name_preference) as name_key,
        min_by(stated_birth_date, birth_date_preference) as birth_date,
        {%- for attribute in attributes %}
            min_by({{ attribute }}, {{ attribute }}_preference) as {{ attribute }},
        {%- endfor %}
        min_by(status, case when is_register then staleness end) as register_status,
        min_by(household_no, case when is_register then staleness end) as household_no,
        min(name_no) <> max(name_no) as has_other_names
    from kept
    group by anchor_no
)

select
    anchor_no,
    resident_id,
    name_key,
    sex,
    coalesce(identifier_birth_no, {{ day_no('birth_date') }}) as birth_no,
    {{ key_no(['name_key', 'coalesce(identifier_birth_no, ' ~ day_no('birth_date') ~ ')']) }} as name_birth_no,
    {{ key_no('phone') }} as phone_no,
    {{ key_no('household_no') }} as household_key_no,
    household_division_code,
    insured_division_code,
    register_status,
    has_other_names
from survivors
-- depends_on: {{ ref('int_person_touched_records') }} {{ ref('int_person_touched') }}
