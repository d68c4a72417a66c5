-- 地址单元格: every cell of any dataset that says in words where something is.  One row per source row that has one.
{{ config(materialized='view') }}
{% set datasets = [
    'civil_affairs__elderly_care_recipients', 'civil_affairs__social_organisations', 'education__schools',
    'education__student_roll', 'emergency__hazardous_chemical_enterprises', 'emergency__response_resources',
    'health__birth_certificates', 'health__death_certificates', 'health__health_records', 'health__medical_institutions',
    'housing__buildings', 'human_resources__insured_units', 'human_resources__service_points',
    'market_supervision__business_licence_certificates', 'market_supervision__enterprises',
    'market_supervision__food_licences', 'market_supervision__kitchen_video_access', 'market_supervision__self_employed',
    'natural_resources__parcels', 'natural_resources__points_of_interest', 'natural_resources__property_certificates',
    'public_sector_reform__organs_and_institutions', 'public_security__parking_lots',
    'public_security__residence_permits', 'public_security__resident_register', 'public_security__standard_addresses',
    'tax__taxpayers', 'big_data__sensor_devices',
] -%}
{%- set columns = {'big_data__sensor_devices': 'place_name'} -%}
{%- for dataset in datasets %}
    {{ 'union all' if not loop.first }}
    select
        '{{ dataset }}' as dataset_id,
        delivery_id,
        sheet_name,
        line_number,
        {{ columns.get(dataset, 'address') }} as address_text
    from {{ ref('stg_' ~ dataset) }}
    where {{ columns.get(dataset, 'address') }} is not null
{%- endfor %}
