-- 坐标原值: every pair of coordinates as delivered; a pair that the checks took out of its row comes back from the quarantine with
-- the reason. One row per source row of a dataset with coordinates.
{% set keys = {
    'agriculture__iot_sites': 'site_code',
    'big_data__sensor_devices': 'device_id',
    'culture_tourism__scenic_spot_visitors': 'spot_id',
    'ecology__monitoring_sites': 'site_code',
    'emergency__response_resources': 'response_resource_id',
    'housing__buildings': 'building_code',
    'market_supervision__kitchen_video_access': 'site_code',
    'natural_resources__points_of_interest': 'poi_id',
    'public_security__parking_lots': 'parking_lot_id',
    'public_security__signal_junctions': 'junction_id',
    'public_security__standard_addresses': 'address_code',
    'water__works_and_stations': 'works_code',
} -%}
{%- set addresses = {
    'big_data__sensor_devices': 'place_name',
    'emergency__response_resources': 'address',
    'housing__buildings': 'address',
    'market_supervision__kitchen_video_access': 'address',
    'natural_resources__points_of_interest': 'address',
    'public_security__parking_lots': 'address',
    'public_security__standard_addresses': 'address',
} -%}
{%- set streets = ['emergency__response_resources', 'culture_tourism__scenic_spot_visitors', 'housing__buildings'] -%}
with

delivered as (
    {%- for dataset, key in keys.items() %}
        {{ 'union all' if not loop.first }}
        select
            '{{ dataset }}' as dataset_id,
            delivery_id,
            sheet_name,
            line_number,
            {{ key }} as source_key,
            {{ addresses.get(dataset, 'cast(null as varchar)') }} as address_text,
            {{ 'cast(null as varchar)' if dataset in streets else 'street_code' }} as street_code,
            longitude,
            latitude,
            coordinate_system
        from {{ ref('stg_' ~ dataset) }}
    {%- endfor %}
),

left_out as (
    select
        delivery_id,
        coalesce(sheet_name, '') as sheet_key,
        line_number,
        max(case when column_name = 'longitude' then try_cast(raw_value as double) end) as longitude,
        max(case when column_name = 'latitude' then try_cast(raw_value as double) end) as latitude,
        bool_and(reason_code = 'coordinate.swapped') and count(distinct column_name) = 2 as is_swapped
    from {{ ref('stg_quarantined_rows') }}
    where column_name in ('longitude', 'latitude') and reason_code in ('coordinate.swapped', 'coordinate.outside')
    group by 1, 2, 3
),

paired as (
    select
        delivered.dataset_id,
        delivered.delivery_id,
        delivered.sheet_name,
        delivered.line_number,
        delivered.source_key,
        delivered.address_text,
        delivered.street_code,
        delivered.coordinate_system,
        coalesce(delivered.longitude, left_out.longitude) as delivered_longitude,
        coalesce(delivered.latitude, left_out.latitude) as delivered_latitude,
        coalesce(left_out.is_swapped, false) as is_swapped,
        left_out.delivery_id is not null and not coalesce(left_out.is_swapped, false) as is_outside
    from delivered
    left join left_out
        on
            delivered.delivery_id = left_out.delivery_id
            and coalesce(delivered.sheet_name, '') = left_out.sheet_key
            and delivered.line_number = left_out.line_number
)

select
    *,
    case
        when is_outside then null
        when is_swapped then delivered_latitude
        else delivered_longitude
    end as east,
    case
        when is_outside then null
        when is_swapped then delivered_longitude
        else delivered_latitude
    end as north
from paired
