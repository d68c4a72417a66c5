{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('anchor_no', ref('int_person_touched')) }}"
) }}
-- What the records under one identifier say together, before it is asked whether all of them are of one person: for nine
-- of ten identifiers they are, and this is the golden row. Rows whose department corrected the ID do not count here.
-- Incremental by identifier.  One row per resident ID or other document.
with

records as (
    select * from {{ ref('int_person_touched_records') if only_grows() else ref('int_person_records') }}
    where anchor_no is not null
),

renumbered as (
    select * from {{ ref('int_person_renumbered') }}
),

kept as (
    select
        records.*,
        case when records.is_birth_contradicted then 0.9 else 1 end as match_score
    from records
    left join renumbered on records.source_no = renumbered.source_no and records.anchor_no = renumbered.former_no
    where renumbered.source_no is null
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
    {{ ranked_person_records('kept') }}
),

survivors as (
    {{ person_survivors('anchor_no', 'ranked') }}
)

select
    *,
    coalesce(identifier_birth_no, {{ day_no('birth_date') }}) as birth_no,
    {{ key_no(['name_key', 'coalesce(identifier_birth_no, ' ~ day_no('birth_date') ~ ')']) }} as name_birth_no,
    {{ key_no('phone') }} as phone_no,
    {{ key_no('household_no') }} as household_key_no
from survivors
-- depends_on: {{ ref('int_person_touched_records') }} {{ ref('int_person_touched') }}
