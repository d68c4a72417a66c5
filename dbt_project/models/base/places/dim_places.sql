-- 自然资源和空间地理基础库: what stands in the city and who knows of it: junctions, parking lots, kitchens, points of interest,
-- stations, devices, works, buildings, parcels, grids. All points in CGCS2000, with how that was told.  One row per place.
with

members as (
    select * from {{ ref('int_place_members') }}
),

boundaries as (
    select street_code, st_geomfromwkb(boundary) as boundary from {{ ref('int_street_boundaries') }}
),

golden as (
    select
        place_id,
        min(place_key) as place_key,
        arg_min(place_type, preference) as place_type,
        arg_min(source_key, preference) as source_key,
        arg_min(place_name, preference) filter (where place_name is not null) as place_name,
        arg_min(dataset_id, preference) filter (where place_name is not null) as place_name_dataset_id,
        arg_min(coalesce(division_code, substr(known_street_code, 1, 6), address_division_code), preference) as division_code,
        arg_min(known_street_code, preference) filter (where known_street_code is not null) as street_code,
        arg_min(dataset_id, preference) filter (where known_street_code is not null) as street_code_dataset_id,
        arg_min(community_code, preference) filter (where length(community_code) = 12) as community_code,
        arg_min(address_id, preference) filter (where address_id is not null) as address_id,
        arg_min(uscc, preference) filter (where uscc is not null) as uscc,
        arg_min(status, preference) filter (where status is not null) as status,
        arg_min(dataset_id, preference) filter (where status is not null) as status_dataset_id,
        -- a pair that is known to be good goes before the answering department's own
        arg_min(longitude, (case when longitude is null then 1 else 0 end, preference)) as longitude,
        arg_min(latitude, (case when longitude is null then 1 else 0 end, preference)) as latitude,
        arg_min(coordinate_quality, (case when longitude is null then 1 else 0 end, preference)) as coordinate_quality,
        arg_min(coordinate_evidence, (case when longitude is null then 1 else 0 end, preference)) as coordinate_evidence,
        arg_min(dataset_id, (case when longitude is null then 1 else 0 end, preference)) as coordinates_dataset_id,
        min(opened_on) as valid_from,
        arg_min(closed_on, preference) as closed_on,
        bool_or(is_listed) as is_listed,
        max(cast(changed_at as date)) as changed_on,
        max(period_end) as last_seen_on,
        min(match_score) as match_score,
        count(distinct dataset_id) as source_count
    from members
    group by place_id
),

rulings as (
    {{ rulings(ref('int_places_conflicts'), {'place_name': 'string', 'street_code': 'string', 'status': 'string'}) }}
),

-- where the point lies, whatever the row says
lying as (
    select
        golden.place_id,
        min(boundaries.street_code) as located_street_code
    from golden
    inner join boundaries on st_contains(boundaries.boundary, st_point(golden.longitude, golden.latitude))
    group by golden.place_id
)

select
    golden.place_id,
    golden.place_type,
    golden.source_key,
    coalesce(rulings.place_name, golden.place_name) as place_name,
    coalesce(substr(rulings.street_code, 1, 6), golden.division_code, substr(lying.located_street_code, 1, 6)) as division_code,
    coalesce(rulings.street_code, golden.street_code, lying.located_street_code) as street_code,
    golden.community_code,
    golden.address_id,
    golden.uscc,
    golden.longitude,
    golden.latitude,
    case when golden.longitude is not null then 'CGCS2000' end as coordinate_system,
    golden.coordinate_quality,
    golden.coordinate_evidence,
    lying.located_street_code,
    substr(lying.located_street_code, 1, 6) as located_division_code,
    coalesce(rulings.status, golden.status) as status,
    {%- for attribute in ['place_name', 'street_code', 'status'] %}
        coalesce(rulings.{{ attribute }}_dataset_id, golden.{{ attribute }}_dataset_id) as {{ attribute }}_dataset_id,
    {%- endfor %}
    case when golden.longitude is not null then golden.coordinates_dataset_id end as coordinates_dataset_id,
    golden.valid_from,
    case
        when golden.closed_on is not null then golden.closed_on
        when coalesce(rulings.status, golden.status) = 'closed' then coalesce(golden.changed_on, golden.last_seen_on)
        when not golden.is_listed then golden.last_seen_on
    end as valid_to,
    golden.match_score,
    golden.source_count
from golden
left join lying on golden.place_id = lying.place_id
left join rulings on golden.place_id = rulings.entity_id
