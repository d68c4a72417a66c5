-- Every source record that names a legal entity, in one shape: its numbers told apart by their form whatever column they
-- stand in, its names and addresses as keys that compare.  One row per source record.
{#
    Which column of each dataset says what. `numbers` are columns that may hold a credit code, a registration number, an
    organisation code or a resident ID: departments change the meaning of a column with the edition of the template.
    `tax_no` is kept apart: an old one has the same 15 digits as a registration number and means something else.
    A dataset that names persons and entities in the same column says with `only` which rows are entities.
#}
{% set is_no_person = "coalesce(subject_type_code, '') <> 'person'" -%}
{% set sources = {
    'market_supervision__enterprises': {
        'source_key': 'entity_record_no', 'numbers': ['uscc', 'registration_no'], 'operator_no': 'legal_representative_id',
        'columns': ['entity_type', 'representative', 'address', 'street_code', 'industry_code', 'established_date',
                    'revoked_date', 'status', 'registered_capital_cny', 'updated_at'],
    },
    'market_supervision__self_employed': {
        'source_key': 'entity_record_no', 'numbers': ['uscc', 'registration_no'], 'operator_no': 'legal_representative_id',
        'entity_name': "coalesce(nullif(entity_name, '无字号'), legal_representative_name)",
        'columns': ['representative', 'phone', 'address', 'street_code', 'industry_code', 'established_date',
                    'revoked_date', 'status', 'updated_at'],
    },
    'public_sector_reform__organs_and_institutions': {
        'source_key': 'uscc', 'numbers': ['uscc'], 'other_name': 'other_name',
        'columns': ['entity_type', 'representative', 'address', 'division_code', 'established_date', 'revoked_date',
                    'status', 'registered_capital_cny'],
    },
    'civil_affairs__social_organisations': {
        'source_key': 'uscc', 'numbers': ['uscc', 'registration_no'],
        'columns': ['entity_type', 'representative', 'phone', 'address', 'division_code', 'established_date',
                    'revoked_date', 'status', 'registered_capital_cny'],
    },
    'market_supervision__registration_number_map': {
        'source_key': 'registration_no', 'numbers': ['uscc', 'registration_no', 'organisation_code'],
        'tax_no': 'tax_registration_no', 'columns': ['entity_type'],
    },
    'tax__taxpayers': {
        'source_key': 'tax_registration_no', 'numbers': ['uscc'], 'tax_no': 'tax_registration_no',
        'operator_no': 'legal_representative_id',
        'columns': ['representative', 'address', 'street_code', 'industry_code', 'revoked_date', 'status', 'updated_at'],
    },
    'human_resources__insured_units': {
        'source_key': 'unit_no', 'numbers': ['uscc', 'organisation_code'], 'division_code': 'insured_division_code',
        'columns': ['representative', 'phone', 'address', 'industry_code', 'status'],
    },
    'health__medical_institutions': {
        'source_key': 'institution_code', 'numbers': ['uscc'], 'other_name': 'second_name',
        'columns': ['address', 'division_code', 'status'],
    },
    'education__schools': {
        'source_key': 'school_code', 'numbers': ['uscc'], 'columns': ['address', 'division_code', 'street_code', 'status'],
    },
    'agriculture__production_entities': {
        'source_key': 'producer_id', 'numbers': ['subject_identifier'], 'operator_no': 'resident_id', 'entity_name': 'subject_name',
        'entity_type': 'subject_type_code', 'established_date': 'registered_date',
        'columns': ['phone', 'division_code', 'street_code', 'status', 'updated_at'],
    },
    'commerce__ecommerce_units': {
        'source_key': 'ecommerce_unit_id', 'numbers': ['uscc'],
        'entity_name': 'coalesce(entity_name, ecommerce_unit_name)',
        'columns': ['division_code', 'street_code', 'status', 'updated_at'],
    },
    'statistics__above_scale_enterprises': {
        'numbers': ['uscc', 'organisation_code'],
        'columns': ['division_code', 'street_code', 'industry_code', 'industry_classification_version', 'status'],
    },
    'industry__cloud_enterprises': {
        'numbers': ['uscc'], 'columns': ['division_code', 'industry_code', 'status', 'updated_at'],
    },
    'market_supervision__business_licence_certificates': {
        'source_key': 'certificate_no', 'numbers': ['uscc', 'registration_no'], 'operator_no': 'legal_representative_id',
        'entity_type': 'entity_type_code', 'columns': ['representative', 'address', 'established_date', 'revoked_date'],
    },
    'market_supervision__food_licences': {
        'source_key': 'certificate_no', 'numbers': ['holder_identifier'], 'operator_no': 'holder_identifier',
        'columns': ['representative', 'address', 'division_code', 'street_code', 'updated_at'],
    },
    'health__internet_hospital_licences': {
        'source_key': 'institution_code', 'numbers': ['uscc'], 'other_name': 'host_entity_name',
        'columns': ['division_code', 'updated_at'],
    },
    'emergency__hazardous_chemical_enterprises': {
        'source_key': 'certificate_no', 'numbers': ['uscc'], 'columns': ['representative', 'phone', 'address', 'division_code'],
    },
    'science__high_tech_enterprises': {
        'source_key': 'certificate_no', 'numbers': ['uscc'], 'columns': ['industry_code', 'division_code'],
    },
    'transport__road_transport_certificates': {
        'source_key': 'certificate_no', 'numbers': ['uscc'], 'columns': [], 'only': 'entity_name is not null or uscc is not null',
    },
    'natural_resources__property_certificates': {
        'numbers': ["split_part(holder_identifier, '、', 1)"], 'entity_name': "split_part(right_holder_name, '、', 1)",
        'columns': ['updated_at'],
        'only': "holder_identifier_type_code = 'uscc' or "
            ~ is_credit_code(plain_code("split_part(holder_identifier, '、', 1)")),
    },
    'market_supervision__abnormal_operations': {
        'numbers': ['uscc', 'registration_no'], 'columns': ['representative', 'division_code'],
    },
    'market_supervision__supervision_inspections': {'numbers': ['uscc'], 'columns': ['division_code']},
    'development_reform__licence_publicity': {
        'numbers': ['uscc', 'registration_no', 'organisation_code'], 'tax_no': 'taxpayer_no', 'operator_no': 'resident_id',
        'entity_name': 'subject_name', 'columns': ['representative'],
        'only': is_no_person,
    },
    'development_reform__penalty_publicity': {
        'numbers': ['uscc', 'registration_no', 'organisation_code'], 'operator_no': 'resident_id',
        'entity_name': 'subject_name', 'columns': ['representative'],
        'only': is_no_person,
    },
    'development_reform__red_and_black_lists': {
        'numbers': ['uscc'], 'operator_no': 'resident_id', 'entity_name': 'subject_name',
        'columns': ['representative', 'updated_at'], 'only': is_no_person,
    },
    'development_reform__credit_repairs': {'numbers': ['uscc'], 'entity_name': 'subject_name', 'columns': []},
    'court__judgment_defaulters': {
        'numbers': ['subject_identifier'], 'entity_name': 'subject_name', 'columns': ['representative'],
        'only': is_no_person
            ~ ' and not coalesce(' ~ is_resident_id(plain_code('subject_identifier')) ~ ', false)'
            ~ " and subject_identifier not like '%*%'",
    },
    'development_reform__major_projects': {
        'numbers': ["split_part(uscc, '、', 1)"], 'entity_name': "split_part(entity_name, '、', 1)", 'columns': ['division_code'],
        'only': 'coalesce(' ~ is_credit_code(plain_code("split_part(uscc, '、', 1)")) ~ ', false)',
    },
    'tax__tax_credit_ratings': {
        'source_key': 'taxpayer_no', 'numbers': ['uscc'], 'tax_no': 'taxpayer_no', 'columns': ['division_code', 'updated_at'],
    },
} -%}
{% set shape = dict.fromkeys([
    'source_key', 'tax_no', 'operator_no', 'entity_name', 'other_name', 'entity_type', 'representative', 'phone', 'address',
    'division_code', 'street_code', 'industry_code', 'industry_classification_version', 'status',
    'number_1', 'number_2', 'number_3',
], 'string') -%}
{% do shape.update({
    'established_date': 'date', 'revoked_date': 'date', 'registered_capital_cny': 'double', 'updated_at': 'timestamp',
}) -%}
{% for source in sources.values() -%}
    {%- do source['columns'].append('entity_name') -%}
    {%- for number in source['numbers'] -%}
        {%- do source.update({'number_' ~ loop.index: plain_code(number)}) -%}
    {%- endfor -%}
{%- endfor -%}
with

united as (
    {{ said_by(sources, shape, {'representative': 'legal_representative_name'}) }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

kinds as (
    select * from {{ ref('legal_entity_sources') }}
),

told_apart as (
    select
        *,
        case
            when {{ is_credit_code('number_1') }} then number_1
            when {{ is_credit_code('number_2') }} then number_2
            when {{ is_credit_code('number_3') }} then number_3
        end as own_uscc,
        case
            when {{ is_registration_no('number_1') }} then number_1
            when {{ is_registration_no('number_2') }} then number_2
            when {{ is_registration_no('number_3') }} then number_3
        end as registration_no,
        case
            when {{ is_organisation_code('number_1') }} then number_1
            when {{ is_organisation_code('number_2') }} then number_2
            when {{ is_organisation_code('number_3') }} then number_3
        end as own_organisation_code,
        {{ plain_code('tax_no') }} as plain_tax_no,
        {{ plain_code('operator_no') }} as plain_operator_no
    from united
),

spelt as (
    select
        *,
        -- many a taxpayer number of today is the credit code itself
        coalesce(own_uscc, case when {{ is_credit_code('plain_tax_no') }} then plain_tax_no end) as uscc,
        -- an old one is the division and the organisation code; one of 20 characters is the operator's resident ID and two digits
        coalesce(
            own_organisation_code, case when length(plain_tax_no) = 15 then substr(plain_tax_no, 7, 9) end
        ) as organisation_code,
        case when not {{ is_credit_code('plain_tax_no') }} then plain_tax_no end as old_tax_no,
        coalesce(
            {{ resident_key('plain_operator_no') }},
            {{ resident_key('case when length(plain_tax_no) = 20 then substr(plain_tax_no, 1, 18) end') }}
        ) as operator_key,
        {{ entity_name_key('entity_name') }} as name_key,
        {{ entity_name_key('other_name') }} as other_name_key,
        {{ entity_name_key('representative') }} as representative_key,
        {{ entity_address_key('address') }} as address_key,
        {{ plain_code('phone') }} as phone_key
    from told_apart
)

select
    spelt.dataset_id,
    kinds.source_kind,
    kinds.usual_kind,
    kinds.has_record_no,
    deliveries.department_zh,
    spelt.source_key,
    spelt.uscc,
    spelt.registration_no,
    spelt.organisation_code,
    spelt.old_tax_no,
    spelt.operator_key,
    spelt.entity_name,
    spelt.name_key,
    spelt.other_name_key,
    spelt.representative,
    spelt.representative_key,
    spelt.phone_key,
    spelt.address,
    spelt.address_key,
    spelt.division_code,
    spelt.street_code,
    spelt.industry_code,
    spelt.industry_classification_version,
    spelt.entity_type,
    {{ entity_kind('spelt.uscc', 'spelt.entity_type', 'spelt.name_key', 'kinds.usual_kind') }} as entity_kind,
    spelt.established_date,
    spelt.revoked_date,
    {{ entity_status('spelt.status', 'spelt.revoked_date') }} as status,
    spelt.status as delivered_status,
    spelt.registered_capital_cny,
    coalesce(spelt.updated_at, cast(deliveries.period_end as timestamp)) as changed_at,
    deliveries.received_at,
    deliveries.period_start,
    deliveries.period_end,
    deliveries.revision_no,
    spelt.delivery_id,
    deliveries.file_name,
    spelt.sheet_name,
    spelt.line_number
from spelt
inner join kinds on spelt.dataset_id = kinds.dataset_id
inner join deliveries on spelt.delivery_id = deliveries.delivery_id
