{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook=[
        "{{ forget('anchor_no', ref('int_person_touched')) }}",
        "{{ forget('other_no', '(select anchor_no as other_no from ' ~ ref('int_person_touched') ~ ')') }}"
    ]
) }}
-- Two resident IDs that may be one person's: the same name, birth and sex, and a phone, household or division in common. The
-- household register has every person once: two of its entries are two people. Never merged on that alone; a steward
-- decides. Incremental by identifier.  One row per pair of identifiers.
with

anchors as (
    select * from {{ ref('int_person_anchors') }}
    where name_birth_no is not null
),

asked as (
    select * from anchors
    {% if only_grows() -%}
        where anchor_no in (select listed.anchor_no from {{ ref('int_person_touched') }} as listed)
    {%- else -%}
        where name_birth_no in (
            select shared.name_birth_no from anchors as shared
            group by shared.name_birth_no
            having count(*) > 1
        )
    {%- endif %}
)

select distinct
    least(asked.anchor_no, others.anchor_no) as anchor_no,
    greatest(asked.anchor_no, others.anchor_no) as other_no,
    coalesce(asked.phone_no = others.phone_no or asked.household_key_no = others.household_key_no, false) as is_contact_same
from asked
inner join anchors as others
    on
        asked.name_birth_no = others.name_birth_no
        and asked.anchor_no <> others.anchor_no
        and coalesce(asked.sex = others.sex, true)
where
    (asked.register_status is null or others.register_status is null)
    and (
        asked.phone_no = others.phone_no
        or asked.household_key_no = others.household_key_no
        or coalesce(asked.household_division_code, asked.insured_division_code)
        = coalesce(others.household_division_code, others.insured_division_code)
    )
-- depends_on: {{ ref('int_person_touched') }}
