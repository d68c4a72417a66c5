{{ config(
    materialized='incremental', incremental_strategy='append',
    pre_hook=[
        "{{ forget('anchor_no', ref('int_person_touched')) }}",
        "{{ forget('record_no', ref('int_person_asked')) }}"
    ]
) }}
-- Which identifiers an unsettled record may belong to, with the evidence for each: candidates share a name and birth, a
-- phone, an address, an employer and name, the department's number, or a household with the record's relatives. A pair
-- depends on the record and on the records under the identifier alone, so a night works out the pairs in which either is
-- new.  One row per unsettled record and candidate identifier.
{% set evidence = [
    'prior', 'name_same', 'name_similar', 'name_different', 'birth_same', 'birth_near', 'birth_different', 'sex_same',
    'sex_different', 'contact_same', 'division_same', 'division_different', 'firm_same', 'number_same',
] -%}
{% set blocks = ['name_birth_no', 'phone_no', 'address_no', 'firm_name_no', 'source_no'] -%}
{# Asked records against everyone; the others against the identifiers that were added to. From nothing all are asked. -#}
{% set rounds = [
    ('asked', ref('int_person_records'), ref('int_person_anchors')),
    ('settled_before', ref('int_person_touched_records'), 'touched_anchors'),
] -%}
with

unsettled as (
    select * from {{ ref('int_person_unsettled') }}
),

strays as (
    select record_no from unsettled
    where is_stray
),

touched_anchors as (
    select * from {{ ref('int_person_anchors') }}
    where anchor_no in (select listed.anchor_no from {{ ref('int_person_touched') }} as listed)
),

asked as (
    select * from unsettled
    where record_no in (select listed.record_no from {{ ref('int_person_asked') }} as listed)
),

settled_before as (
    select * from unsettled
    where record_no not in (select listed.record_no from {{ ref('int_person_asked') }} as listed)
),

-- numbers alone, so that each block reads two columns of the records and no text
met as (
    {%- for asking, known, members in rounds %}
        {%- for block in blocks %}
            select
                asking.record_no,
                known.record_no as known_record_no
            from {{ asking }} as asking
            inner join {{ known }} as known on asking.{{ block }} = known.{{ block }}
            where known.anchor_no is not null
            {%- if not loop.last %}
                union
            {%- endif %}
        {%- endfor %}
        {%- if not loop.last %}
            union
        {%- endif %}
    {%- endfor %}
),

pairs as (
    select met.*
    from met
    left join strays on met.known_record_no = strays.record_no
    where strays.record_no is null
),

found as (
    select
        asking.record_no,
        known.anchor_no,
        {{ name_agreement('asking.name_key', 'known.name_key') }} as name_agreement,
        {{ birth_agreement('asking.birth_no', 'coalesce(known.birth_no, known.identifier_birth_no)') }} as birth_agreement,
        coalesce(asking.phone_no = known.phone_no or asking.address_no = known.address_no, false) as is_contact_same,
        coalesce(asking.firm_name_no = known.firm_name_no, false) as is_firm_same,
        coalesce(asking.source_no = known.source_no, false) as is_number_same,
        substr(asking.division_code, 1, 6) = substr(known.division_code, 1, 6) as is_division_same
    from pairs
    inner join unsettled as asking on pairs.record_no = asking.record_no
    inner join {{ ref('int_person_records') }} as known on pairs.known_record_no = known.record_no
    -- through mother, father or spouse to those who live in the same household
    {%- for asking, known, members in rounds %}
        {%- for column in ['relative_no', 'other_relative_no'] %}
            union all
            select
                asking.record_no,
                members.anchor_no,
                {{ name_agreement('asking.name_key', 'members.name_key') }} as name_agreement,
                {{ birth_agreement('asking.birth_no', 'members.birth_no') }} as birth_agreement,
                true as is_contact_same,
                false as is_firm_same,
                false as is_number_same,
                cast(null as boolean) as is_division_same
            from {{ asking }} as asking
            inner join {{ ref('int_person_anchors') }} as relatives on asking.{{ column }} = relatives.anchor_no
            inner join {{ members }} as members
                on relatives.household_key_no = members.household_key_no and relatives.anchor_no <> members.anchor_no
        {%- endfor %}
    {%- endfor %}
),

paired as (
    select
        found.record_no,
        found.anchor_no,
        max(case when found.name_agreement = 'same' then 2 when found.name_agreement = 'similar' then 1 end) as name_level,
        max(case when found.birth_agreement = 'same' then 2 when found.birth_agreement = 'near' then 1 end) as birth_level,
        max(case when found.is_contact_same then 1 else 0 end) = 1 as is_contact_same,
        max(case when found.is_firm_same then 1 else 0 end) = 1 as is_firm_same,
        max(case when found.is_number_same then 1 else 0 end) = 1 as is_number_same,
        max(case when found.is_division_same then 1 else 0 end) = 1 as is_division_same
    from found
    group by found.record_no, found.anchor_no
    having name_level is not null or birth_level = 2 or is_number_same
),

compared as (
    select
        paired.record_no,
        paired.anchor_no,
        coalesce(
            case paired.name_level when 2 then 'same' when 1 then 'similar' end,
            {{ name_agreement('unsettled.name_key', 'anchors.name_key') }}
        ) as name_agreement,
        coalesce(
            case paired.birth_level when 2 then 'same' when 1 then 'near' end,
            {{ birth_agreement('unsettled.birth_no', 'anchors.birth_no') }}
        ) as birth_agreement,
        case when unsettled.sex = anchors.sex then 'same' when unsettled.sex <> anchors.sex then 'different' end
            as sex_agreement,
        paired.is_contact_same or coalesce(unsettled.phone_no = anchors.phone_no, false) as is_contact_same,
        paired.is_firm_same,
        paired.is_number_same,
        case
            when
                paired.is_division_same
                or substr(unsettled.division_code, 1, 6) in (
                    substr(anchors.household_division_code, 1, 6), substr(anchors.insured_division_code, 1, 6)
                ) then 'same'
            when
                unsettled.division_code is not null
                and coalesce(anchors.household_division_code, anchors.insured_division_code) is not null then 'different'
        end as division_agreement
    from paired
    inner join unsettled on paired.record_no = unsettled.record_no
    inner join {{ ref('int_person_anchors') }} as anchors on paired.anchor_no = anchors.anchor_no
),

weights as (
    {{ match_weights('person', evidence) }}
)

select
    compared.*,
    weights.prior
    {%- for column in ['name', 'birth', 'sex', 'division'] %}
        + case compared.{{ column }}_agreement
            {%- for weight in evidence if weight.startswith(column ~ '_') %}
                when '{{ weight[(column | length) + 1:] }}' then weights.{{ weight }}
            {%- endfor %}
            else 0
        end
    {%- endfor %}
    {%- for column in ['contact', 'firm', 'number'] %}
        + case when compared.is_{{ column }}_same then weights.{{ column }}_same else 0 end
    {%- endfor %} as bits
from compared
cross join weights
-- depends_on: {{ ref('int_person_touched_records') }} {{ ref('int_person_touched') }} {{ ref('int_person_asked') }}
