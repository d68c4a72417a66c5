-- 地点来源行: every row of any department that is about a place, with what it says of it.  One row per source row.
{% set sources = [
    {'dataset': 'public_security__signal_junctions', 'kind': 'signal_junction', 'key': 'junction_id', 'mode': 'full',
     'from': 'connected_date', 'date': 'updated_at'},
    {'dataset': 'public_security__parking_lots', 'kind': 'parking_lot', 'key': 'parking_lot_id', 'mode': 'full',
     'address': 'address', 'uscc': 'uscc', 'from': 'connected_date', 'date': 'updated_at'},
    {'dataset': 'market_supervision__kitchen_video_access', 'kind': 'kitchen', 'key': 'site_code', 'mode': 'full',
     'name': 'entity_name', 'address': 'address', 'uscc': 'uscc', 'from': 'connected_date'},
    {'dataset': 'natural_resources__points_of_interest', 'kind': 'point_of_interest', 'key': 'poi_id', 'mode': 'full',
     'address': 'address', 'uscc': 'uscc', 'date': 'updated_at'},
    {'dataset': 'human_resources__service_points', 'kind': 'service_point', 'key': 'service_point_id', 'mode': 'full',
     'address': 'address', 'street': none, 'community': 'area_code', 'from': 'connected_date', 'date': 'updated_at'},
    {'dataset': 'emergency__response_resources', 'kind': 'response_resource', 'key': 'response_resource_id', 'mode': 'full',
     'name': 'response_resource_name', 'address': 'address', 'uscc': 'uscc', 'street': none, 'status': none,
     'date': 'updated_at'},
    {'dataset': 'big_data__sensor_devices', 'kind': 'sensor_device', 'key': 'device_id', 'mode': 'increment',
     'address': 'place_name', 'from': 'installed_date', 'date': 'updated_at'},
    {'dataset': 'agriculture__iot_sites', 'kind': 'iot_site', 'key': 'site_code', 'mode': 'full', 'uscc': 'uscc',
     'community': 'community_code', 'status': none, 'from': 'built_date'},
    {'dataset': 'ecology__monitoring_sites', 'kind': 'monitoring_site', 'key': 'site_code', 'mode': 'full',
     'from': 'valid_from_date', 'until': 'valid_to_date'},
    {'dataset': 'water__works_and_stations', 'kind': 'water_works', 'key': 'works_code', 'mode': 'full'},
    {'dataset': 'culture_tourism__scenic_spot_visitors', 'kind': 'scenic_spot', 'key': 'spot_id', 'mode': 'increment',
     'street': none, 'status': none, 'date': 'measured_at'},
    {'dataset': 'housing__buildings', 'kind': 'building', 'key': 'building_code', 'mode': 'increment', 'address': 'address',
     'street': none, 'division': none, 'community': 'community_code', 'date': 'updated_at'},
    {'dataset': 'natural_resources__parcels', 'kind': 'parcel', 'key': 'parcel_code', 'mode': 'increment', 'name': 'address',
     'address': 'address', 'uscc': 'uscc', 'from': 'registered_date', 'boundary': 'boundary_wkt', 'date': 'updated_at'},
    {'dataset': 'political_legal__grids', 'kind': 'grid', 'key': 'grid_code', 'mode': 'full', 'name': 'grid_name',
     'community': 'community_code', 'from': 'version_date', 'boundary': 'boundary_wkt'},
    {'dataset': 'urban_management__grid_cells', 'kind': 'grid_cell', 'key': 'cell_code', 'mode': 'full', 'name': 'cell_code',
     'community': 'community_code', 'status': none, 'from': 'version_date', 'boundary': 'boundary_wkt'},
    {'dataset': 'districts__park_operations', 'kind': 'park', 'key': 'park_code', 'mode': 'increment', 'name': 'park_name',
     'street': none, 'status': none, 'date': 'updated_at'},
] -%}
with

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

parcels as (
    select * from {{ ref('int_place_parcels') }}
    where is_kept_apart
),

records as (
    {%- for source in sources %}
        {{ 'union all' if not loop.first }}
        select
            '{{ source.dataset }}' as dataset_id,
            delivery_id,
            sheet_name,
            line_number,
            '{{ source.kind }}' as place_type,
            {{ source.key }} as source_key,
            {{ source.name or 'place_name' }} as place_name,
            {{ source.address or 'cast(null as varchar)' }} as address_text,
            {{ 'cast(null as varchar)' if 'division' in source else 'division_code' }} as division_code,
            {{ 'cast(null as varchar)' if 'street' in source else 'street_code' }} as street_code,
            {{ source.community or 'cast(null as varchar)' }} as community_code,
            {{ source.uscc or 'cast(null as varchar)' }} as uscc,
            {{ 'cast(null as varchar)' if 'status' in source else 'status' }} as status,
            {{ source.from or 'cast(null as date)' }} as opened_on,
            {{ source.until or 'cast(null as date)' }} as closed_on,
            {{ source.boundary or 'cast(null as varchar)' }} as boundary_wkt,
            {{ source.date or 'cast(null as timestamp)' }} as changed_at,
            {{ 'true' if source.mode == 'full' else 'false' }} as is_full
        from {{ ref('stg_' ~ source.dataset) }}
        where {{ source.key }} is not null
    {%- endfor %}
),

dated as (
    select
        records.* replace (
            nullif(regexp_replace(records.place_name, '[(（](?:停运|启用)[0-9]{6}[)）]$', ''), '') as place_name,
            coalesce(parcels.ground_key, records.source_key) as source_key
        ),
        deliveries.file_name,
        deliveries.department_zh,
        deliveries.period_start,
        deliveries.period_end,
        deliveries.revision_no,
        max(deliveries.period_end) over (partition by records.dataset_id) as newest_period_end
    from records
    inner join deliveries on records.delivery_id = deliveries.delivery_id
    left join parcels
        on
            {{ key_if("records.place_type = 'parcel'", 'records.source_key') }} = parcels.parcel_code
            and records.street_code = parcels.street_code
)

select
    * exclude (newest_period_end),
    not is_full or period_end = newest_period_end as is_listed,
    row_number() over (
        partition by dataset_id, source_key
        order by
            period_end desc, coalesce(changed_at, cast(period_end as timestamp)) desc, revision_no desc, delivery_id desc,
            line_number desc
    ) as recency
from dated
