-- Every source record of the credit base in one shape: what was decided or listed about whom, on which basis, since when and
-- until when, under a key that the next state of the same record bears again.  One row per source record.
{% set sources = {
    'development_reform__licence_publicity': {
        'record_type': "'licence'", 'keys': ['authority_name', 'decision_no', 'subject_name'], 'subject_no': 'resident_id',
        'decided_date': 'decided_date', 'expiry_date': 'valid_to_date', 'detail': 'licence_type_code',
        'columns': ['subject_name', 'subject_type_code', 'uscc', 'decision_no', 'authority_name', 'status'],
    },
    'development_reform__penalty_publicity': {
        'record_type': "'penalty'", 'keys': ['authority_name', 'decision_no', 'subject_name'], 'subject_no': 'resident_id',
        'decided_date': 'decided_date', 'expiry_date': 'publicity_end_date', 'basis': 'legal_basis',
        'detail': 'penalty_type_code', 'amount_cny': 'fine_amount_cny',
        'columns': ['subject_name', 'subject_type_code', 'uscc', 'decision_no', 'authority_name', 'status'],
    },
    'development_reform__red_and_black_lists': {
        'record_type': "case when list_type_code = 'red' then 'red_list' else 'black_list' end",
        'keys': ['list_type_code', 'authority_name', 'decision_no', 'subject_name'], 'subject_no': 'resident_id',
        'decided_date': 'listed_date', 'ended_date': 'delisted_date', 'basis': 'listing_reason', 'detail': 'list_name',
        'columns': ['subject_name', 'subject_type_code', 'uscc', 'decision_no', 'authority_name', 'status', 'updated_at'],
    },
    'market_supervision__abnormal_operations': {
        'record_type': "'abnormal_operation'", 'keys': ['coalesce(uscc, registration_no)', 'listed_date', 'listing_reason'],
        'subject_name': 'entity_name', 'authority_name': 'listing_authority_name', 'decided_date': 'listed_date',
        'ended_date': 'delisted_date', 'basis': 'listing_reason', 'columns': ['uscc', 'status'],
    },
    'court__judgment_defaulters': {
        'record_type': "'defaulter'", 'keys': ['case_no', 'subject_identifier'], 'subject_no': 'subject_identifier',
        'decision_no': 'basis_no', 'authority_name': 'court_name', 'decided_date': 'cast(published_at as date)',
        'basis': 'basis_no', 'detail': 'case_no', 'columns': ['subject_name', 'subject_type_code', 'status'],
    },
    'tax__tax_credit_ratings': {
        'record_type': "'tax_rating'", 'keys': ['stat_year', 'coalesce(uscc, taxpayer_no)'], 'subject_name': 'entity_name',
        'authority_name': 'tax_authority_code', 'decided_date': 'rated_date', 'detail': 'tax_credit_grade_code',
        'stat_year': 'stat_year', 'columns': ['uscc', 'status', 'updated_at'],
    },
    'market_supervision__supervision_inspections': {
        'record_type': "'inspection'", 'keys': ['inspection_no', 'inspection_item_code'], 'subject_name': 'entity_name',
        'decided_date': 'cast(inspected_at as date)', 'ended_date': 'rectified_date', 'detail': 'result_code',
        'columns': ['uscc', 'authority_name', 'status'],
    },
    'development_reform__credit_repairs': {
        'record_type': "'repair'", 'keys': ['repair_no'], 'decided_date': 'decided_date', 'detail': 'result_code',
        'columns': ['subject_name', 'uscc', 'decision_no', 'authority_name', 'status'],
    },
} -%}
{% set shape = dict.fromkeys([
    'record_key', 'record_type', 'subject_name', 'subject_type_code', 'uscc', 'subject_no', 'decision_no', 'authority_name',
    'basis', 'detail', 'status',
], 'string') -%}
{% do shape.update(dict.fromkeys(['decided_date', 'ended_date', 'expiry_date'], 'date')) -%}
{% do shape.update({'stat_year': 'bigint', 'amount_cny': 'double', 'updated_at': 'timestamp'}) -%}
{% for source in sources.values() -%}
    {%- set keys = [] -%}
    {%- for key in source['keys'] -%}
        {%- do keys.append('coalesce(' ~ entity_name_key('cast(' ~ key ~ ' as string)') ~ ", '')") -%}
    {%- endfor -%}
    {%- do source.update({'record_key': keys | join(" || '|' || ") ~ " || '|'"}) -%}
{%- endfor -%}
with

united as (
    {{ said_by(sources, shape) }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

contracts as (
    select * from {{ ref('stg_contracts') }}
)

select
    united.dataset_id,
    deliveries.department_zh,
    contracts.mode = 'full' as is_full_list,
    united.record_type,
    united.record_key,
    united.subject_name,
    united.subject_type_code,
    coalesce(
        united.uscc,
        case when {{ is_credit_code(plain_code('united.subject_no')) }} then {{ plain_code('united.subject_no') }} end
    )
        as uscc,
    {{ resident_key(plain_code('united.subject_no')) }} as person_key,
    united.subject_no like '%*%' as is_masked,
    united.decision_no,
    {{ entity_name_key('united.decision_no') }} as decision_key,
    united.authority_name,
    united.basis,
    united.detail,
    united.stat_year,
    united.amount_cny,
    united.decided_date,
    united.ended_date,
    united.expiry_date,
    united.status,
    coalesce(united.updated_at, cast(deliveries.period_end as timestamp)) as changed_at,
    deliveries.period_start,
    deliveries.period_end,
    deliveries.revision_no,
    united.delivery_id,
    deliveries.file_name,
    united.sheet_name,
    united.line_number
from united
inner join deliveries on united.delivery_id = deliveries.delivery_id
inner join contracts on united.dataset_id = contracts.dataset_id
