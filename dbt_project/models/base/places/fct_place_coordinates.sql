-- 坐标核验: every delivered pair of coordinates, where it really is in CGCS2000, and how that was told: by the label, by the address
-- of the row, by the street that the row names, or by a boundary.  One row per source row of a dataset with coordinates.
with

declared as (
    select * from {{ ref('int_coordinates_declared') }}
),

texts as (
    select * from {{ ref('int_address_texts') }}
),

links as (
    select * from {{ ref('fct_address_links') }}
),

points as (
    select * from {{ ref('int_address_points') }}
),

boundaries as (
    select street_code, st_geomfromwkb(boundary) as boundary from {{ ref('int_street_boundaries') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

boundary_points as (
    select * from {{ ref('int_boundary_points') }}
),

expected as (
    select
        declared.*,
        coalesce(declared.street_code, links.street_code) as stated_street,
        coalesce(building.longitude, road.longitude) as expected_longitude,
        coalesce(building.latitude, road.latitude) as expected_latitude
    from declared
    left join texts on declared.address_text = texts.address_text
    left join links on texts.address_key = links.address_key
    left join points as building on building.kind = 'building' and links.building_key = building.point_key
    left join points as road on road.kind = 'road' and links.road_key = road.point_key
),

measured as (
    select
        *,
        {{ metres_between('longitude', 'latitude', 'expected_longitude', 'expected_latitude') }} as distance_m
    from expected
),

-- in the ground of another street than the row names; a point on ground that no grid covers tells nothing
elsewhere as (
    select distinct measured.delivery_id, measured.sheet_name, measured.line_number
    from measured
    inner join boundaries on st_contains(boundaries.boundary, st_point(measured.longitude, measured.latitude))
    where measured.distance_m is null and measured.stated_street <> boundaries.street_code
),

-- 250 m: less than a wrong system moves a point here (450 m and more), more than a road's points lie from its middle
suspected as (
    select measured.*
    from measured
    left join elsewhere
        on
            measured.delivery_id = elsewhere.delivery_id
            and measured.line_number = elsewhere.line_number
            and measured.sheet_name is not distinct from elsewhere.sheet_name
    where measured.longitude is not null and (measured.distance_m > 250 or elsewhere.delivery_id is not null)
),

{{ undone_coordinates('suspected') }},

hypotheses as (
    {%- for system, east, north in [
        ('cgcs2000', 'east', 'north'), ('gcj02', 'gcj02_east', 'gcj02_north'), ('bd09', 'bd09_east', 'bd09_north'),
    ] %}
        {{ 'union all' if not loop.first }}
        select
            delivery_id,
            sheet_name,
            line_number,
            '{{ system }}' as system,
            {{ east }} as longitude,
            {{ north }} as latitude,
            stated_street,
            distance_m is null as has_no_address,
            {{ metres_between(east, north, 'expected_longitude', 'expected_latitude') }} as distance_m
        from undone
        where coordinate_system is distinct from '{{ system }}'
    {%- endfor %}
),

fitting as (
    select
        hypotheses.delivery_id,
        hypotheses.sheet_name,
        hypotheses.line_number,
        hypotheses.system,
        hypotheses.longitude,
        hypotheses.latitude,
        hypotheses.has_no_address,
        count(*) over (partition by hypotheses.delivery_id, hypotheses.sheet_name, hypotheses.line_number) as fitting_count,
        row_number() over (
            partition by hypotheses.delivery_id, hypotheses.sheet_name, hypotheses.line_number
            order by hypotheses.distance_m, hypotheses.system
        ) as nearness
    from hypotheses
    left join boundaries on hypotheses.stated_street = boundaries.street_code
    where
        hypotheses.distance_m <= 250
        or hypotheses.has_no_address
        and st_contains(boundaries.boundary, st_point(hypotheses.longitude, hypotheses.latitude))
),

-- by the street alone, only where one system fits and the others do not
settled as (
    select * from fitting
    where nearness = 1 and (not has_no_address or fitting_count = 1)
),

judged as (
    select
        measured.dataset_id,
        measured.source_key,
        measured.delivery_id,
        deliveries.file_name,
        measured.sheet_name,
        measured.line_number,
        measured.delivered_longitude,
        measured.delivered_latitude,
        measured.coordinate_system as declared_system,
        round(coalesce(settled.longitude, measured.longitude), 7) as longitude,
        round(coalesce(settled.latitude, measured.latitude), 7) as latitude,
        case
            when measured.is_outside and measured.delivered_longitude = 0 and measured.delivered_latitude = 0 then 'none'
            when measured.is_outside then 'outside_city'
            when measured.longitude is null or measured.latitude is null then 'none'
            when measured.is_swapped then 'swapped'
            when settled.system = 'cgcs2000' then 'label_wrong'
            when settled.system is not null then 'converted_' || settled.system
            when suspected.delivery_id is not null and measured.distance_m is not null then 'far_from_address'
            when measured.coordinate_system in ('gcj02', 'bd09') then 'converted_' || measured.coordinate_system
            else 'as_declared'
        end as coordinate_quality,
        case
            when settled.system is null then 'label'
            when settled.has_no_address then 'boundary'
            else 'address'
        end as coordinate_evidence,
        round({{ metres_between(
            'coalesce(settled.longitude, measured.longitude)',
            'coalesce(settled.latitude, measured.latitude)',
            'measured.expected_longitude',
            'measured.expected_latitude',
        ) }}, 1) as metres_from_address
    from measured
    inner join deliveries on measured.delivery_id = deliveries.delivery_id
    left join suspected
        on
            measured.delivery_id = suspected.delivery_id
            and measured.line_number = suspected.line_number
            and measured.sheet_name is not distinct from suspected.sheet_name
    left join settled
        on
            measured.delivery_id = settled.delivery_id
            and measured.line_number = settled.line_number
            and measured.sheet_name is not distinct from settled.sheet_name
)

select * from judged
union all by name
select
    *,
    'boundary' as coordinate_evidence
from boundary_points
