{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_deliveries() }}") }}
-- Every source record that names a person, from all datasets that know people, with the keys that matching and
-- survivorship compare. A row that names several people (both spouses, a child and its parents) is a record of each.
-- Incremental by delivery: rows of changed deliveries go, rows of new ones come.  One row per source record and role.
{% set text = 'cast(null as string)' -%}
{% set nothing = {
    'resident_id': text, 'person_name': text, 'sex': text, 'birth_date': 'cast(null as date)',
    'death_date': 'cast(null as date)', 'ethnicity': text, 'marital_status_code': text, 'phone': text, 'address': text,
    'division_code': text, 'household_division_code': text, 'insured_division_code': text, 'household_no': text,
    'uscc': text, 'insurance_type_code': text, 'status': text, 'changed_date': 'cast(null as date)',
    'relative_id': text, 'other_relative_id': text, 'updated_at': 'cast(null as timestamp)',
} -%}
{# The number space of `source_key`: datasets of one department that share a number share the space. A dataset `gives`
   the number when its rows say whose it is; logs only repeat it. -#}
{% set sources = [
    ('public_security__resident_register', 'self', 'register', 'person_register_no', {
        'household_no': 'household_no', 'ethnicity': 'ethnicity', 'marital_status_code': 'marital_status_code',
        'death_date': 'death_date', 'address': 'address', 'division_code': 'household_division_code',
        'household_division_code': 'household_division_code', 'status': 'status', 'changed_date': 'changed_date'}),
    ('public_security__residence_permits', 'self', 'permits', 'residence_register_no', {
        'phone': 'phone', 'address': 'address', 'division_code': 'substr(community_code, 1, 6)',
        'household_division_code': 'household_division_code'}),
    ('public_security__driving_licences', 'self', 'licences', 'archive_no', {}),
    ('civil_affairs__elderly_care_recipients', 'self', 'elderly_care', none, {
        'phone': 'phone', 'address': 'address', 'division_code': 'substr(community_code, 1, 6)', 'updated_at': none}),
    ('civil_affairs__marriage_registrations', 'husband', 'marriages', none, {
        'resident_id': 'husband_resident_id', 'person_name': 'husband_name', 'sex': none, 'birth_date': none,
        'division_code': 'division_code', 'relative_id': 'wife_resident_id'}),
    ('civil_affairs__marriage_registrations', 'wife', 'marriages', none, {
        'resident_id': 'wife_resident_id', 'person_name': 'wife_name', 'sex': none, 'birth_date': none,
        'division_code': 'division_code', 'relative_id': 'husband_resident_id'}),
    ('education__student_roll', 'self', 'students', 'student_no', {
        'ethnicity': 'ethnicity', 'phone': 'phone', 'address': 'address', 'division_code': 'household_division_code',
        'household_division_code': 'household_division_code', 'updated_at': none}),
    ('health__birth_certificates', 'self', 'births', 'certificate_no', {
        'resident_id': none, 'address': 'address', 'relative_id': 'mother_resident_id',
        'other_relative_id': 'father_resident_id', 'updated_at': none}),
    ('health__birth_certificates', 'mother', 'births', none, {
        'resident_id': 'mother_resident_id', 'person_name': 'mother_name', 'sex': "'female'", 'birth_date': none,
        'address': 'address', 'relative_id': 'father_resident_id', 'updated_at': none}),
    ('health__birth_certificates', 'father', 'births', none, {
        'resident_id': 'father_resident_id', 'person_name': 'father_name', 'sex': "'male'", 'birth_date': none,
        'address': 'address', 'relative_id': 'mother_resident_id', 'updated_at': none}),
    ('health__death_certificates', 'self', 'deaths', 'certificate_no', {
        'death_date': 'death_date', 'address': 'address', 'division_code': 'household_division_code',
        'household_division_code': 'household_division_code', 'updated_at': 'reported_at'}),
    ('health__health_records', 'self', 'health', 'health_record_no', {
        'phone': 'phone', 'address': 'address', 'division_code': 'substr(community_code, 1, 6)'}),
    ('health__health_record_quality', 'self', 'health', 'health_record_no', {
        'person_name': none, 'sex': none, 'birth_date': none, 'division_code': 'substr(community_code, 1, 6)'}),
    ('human_resources__employment_registrations', 'self', 'employment', 'employment_record_no', {
        'sex': none, 'birth_date': none, 'division_code': 'division_code',
        'household_division_code': 'origin_division_code', 'uscc': 'uscc'}),
    ('human_resources__insured_persons', 'self', 'social', 'person_no', {
        'phone': 'phone', 'division_code': 'insured_division_code', 'insured_division_code': 'insured_division_code',
        'uscc': 'uscc', 'insurance_type_code': 'insurance_type_code', 'status': 'status'}),
    ('human_resources__social_security_cards', 'self', 'social', 'person_no', {
        'sex': none, 'birth_date': none, 'division_code': 'issuing_division_code'}),
    ('human_resources__electronic_card_issuance', 'self', 'social', 'person_no', {
        'person_name': none, 'sex': none, 'birth_date': none, 'division_code': 'issuing_division_code',
        'updated_at': 'coalesce(updated_at, issued_at)'}),
    ('medical_insurance__insured_persons', 'self', 'medical', 'person_no', {
        'sex': none, 'birth_date': none, 'division_code': 'insured_division_code',
        'insured_division_code': 'insured_division_code', 'uscc': 'uscc', 'insurance_type_code': 'insurance_type_code',
        'status': 'status'}),
    ('medical_insurance__voucher_activations', 'self', 'medical', 'person_no', {
        'person_name': none, 'sex': none, 'birth_date': none, 'division_code': 'insured_division_code',
        'updated_at': 'coalesce(updated_at, activated_at)'}),
] -%}
{% set datasets = sources | map('first') | unique | list -%}
{% set usual = {
    'resident_id': 'resident_id', 'person_name': 'person_name', 'sex': 'sex', 'birth_date': 'birth_date',
    'updated_at': 'updated_at',
} -%}
with

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

united as (
    {%- for dataset, role, space, key, columns in sources %}
        select
            '{{ dataset }}' as dataset_id,
            {{ 2 ** datasets.index(dataset) }} as dataset_bit,
            '{{ role }}' as role,
            '{{ space }}' as key_space,
            {{ key or text }} as source_key,
            {%- for column, empty in nothing.items() %}
                {{ (columns[column] if column in columns else usual.get(column)) or empty }} as {{ column }},
            {%- endfor %}
            delivery_id,
            sheet_name,
            line_number
        from {{ ref('stg_' ~ dataset) }}
        {%- if is_incremental() %}
            where delivery_id in {{ added_deliveries(dataset) }}
        {%- endif %}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
),

dated as (
    select
        united.*,
        deliveries.period_start,
        deliveries.period_end,
        deliveries.revision_no,
        coalesce(united.updated_at, cast(deliveries.period_end as timestamp)) as changed_at,
        {{ name_key('united.person_name') }} as written_name,
        {{ identifier_no('united.resident_id') }} as anchor_no,
        {{ day_no('united.birth_date') }} as birth_no,
        case
            when united.sex in ('male', '男', '男性', '1') then 'male'
            when united.sex in ('female', '女', '女性', '2') then 'female'
        end as stated_sex,
        {{ hash_no(['united.dataset_id', 'united.delivery_id', 'united.sheet_name', 'united.line_number', 'united.role']) }}
            as record_no
    from united
    inner join deliveries on united.delivery_id = deliveries.delivery_id
),

keyed as (
    select
        *,
        {{ birth_of_identifier('anchor_no') }} as identifier_birth_no,
        -- numbers that forms are filled with where there is none
        case when phone not in ('13800000000', '13800138000', '13900000000', '13000000000') then phone end as own_phone,
        -- a newborn without a name stands as 王之女 or 未取名
        case
            when right(written_name, 2) not in ('之子', '之女') and written_name not in ('无', '未取名', '未命名', '不详', '未知')
                then written_name
        end as name_key
    from dated
)

select
    record_no,
    dataset_id,
    cast(dataset_bit as int) as dataset_bit,
    role,
    key_space,
    source_key,
    delivery_id,
    sheet_name,
    line_number,
    resident_id,
    anchor_no,
    cast(identifier_birth_no as int) as identifier_birth_no,
    person_name,
    name_key,
    stated_sex as sex,
    cast(birth_no as int) as birth_no,
    birth_date,
    death_date,
    ethnicity,
    marital_status_code,
    own_phone as phone,
    division_code,
    household_division_code,
    insured_division_code,
    household_no,
    insurance_type_code,
    status,
    changed_date,
    changed_at,
    period_start,
    period_end,
    coalesce(birth_no <> identifier_birth_no, false) as is_birth_contradicted,
    {{ key_no('name_key') }} as name_no,
    {{ key_no(['name_key', 'coalesce(birth_no, identifier_birth_no)']) }} as name_birth_no,
    {{ key_no('own_phone') }} as phone_no,
    case when length(address) >= 8 then {{ key_no("translate(address, ' 　', '')") }} end as address_no,
    {{ key_no(['uscc', 'name_key']) }} as firm_name_no,
    {{ key_no(['key_space', 'source_key']) }} as source_no,
    {{ identifier_no('relative_id') }} as relative_no,
    {{ identifier_no('other_relative_id') }} as other_relative_no,
    {{ staleness('changed_at', 'period_end', 'revision_no', 'record_no') }} as staleness
from keyed
-- a father who is left blank, or written as 无, is no record
where role = 'self' or anchor_no is not null or name_key is not null
