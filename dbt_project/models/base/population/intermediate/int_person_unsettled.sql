{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook="{{ forget('record_no', '(select record_no from ' ~ ref('int_person_touched_records') ~ ')') }}"
) }}
-- Records that their identifier does not settle: it is missing, or both name and birth (the name alone, where a dataset has
-- neither birth nor sex) speak against the person that the identifier belongs to: a child under its guardian's ID, two
-- people under one number. Incremental by identifier.  One row per source record and role.
with

records as (
    select * from {{ ref('int_person_touched_records') if only_grows() else ref('int_person_records') }}
),

disputed as (
    select * from {{ ref('int_person_anchors') }}
    where has_other_names
),

renumbered as (
    select * from {{ ref('int_person_renumbered') }}
),

without_identifier as (
    select
        *,
        false as is_stray
    from records
    where anchor_no is null
),

compared as (
    select
        records.*,
        {{ name_agreement('records.name_key', 'disputed.name_key') }} as name_agreement,
        {{ names_share_nothing('records.name_key', 'disputed.name_key') }} as is_foreign_name,
        {{ birth_agreement('records.birth_no', 'disputed.birth_no') }} as birth_agreement,
        records.sex <> disputed.sex as is_other_sex
    from records
    inner join disputed on records.anchor_no = disputed.anchor_no
    left join renumbered on records.source_no = renumbered.source_no and records.anchor_no = renumbered.former_no
    where renumbered.source_no is null and records.name_no is not null
),

strays as (
    select
        * exclude (name_agreement, is_foreign_name, birth_agreement, is_other_sex),
        true as is_stray
    from compared
    where
        -- parent and child may share all characters but one: with another birth only the same name keeps a record
        (birth_agreement = 'different' and name_agreement <> 'same')
        or (birth_agreement = 'near' and is_foreign_name)
        or (birth_agreement is null and is_foreign_name and coalesce(is_other_sex, true))
),

united as (
    select * from without_identifier
    union all
    select * from strays
)

select
    record_no,
    is_stray,
    anchor_no,
    source_no,
    name_key,
    name_no,
    {{ key_no(['name_key', 'birth_no']) }} as name_birth_no,
    birth_no,
    sex,
    phone_no,
    address_no,
    firm_name_no,
    division_code,
    relative_no,
    other_relative_no,
    dataset_id,
    role,
    key_space,
    source_key,
    delivery_id,
    sheet_name,
    line_number,
    changed_at
from united
-- depends_on: {{ ref('int_person_touched_records') }} {{ ref('int_person_records') }}
