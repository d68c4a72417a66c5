-- 地点位置: the newest row of each department's number with street, building and point, as matching compares them.  One row per
-- dataset and number.
with

records as (
    select * from {{ ref('int_place_records') }}
    where recency = 1
),

texts as (
    select * from {{ ref('int_address_texts') }}
),

links as (
    select * from {{ ref('fct_address_links') }}
),

coordinates as (
    select * from {{ ref('fct_place_coordinates') }}
)

select
    records.dataset_id,
    records.delivery_id,
    records.file_name,
    records.sheet_name,
    records.line_number,
    records.source_key,
    records.place_type,
    records.place_name,
    records.place_type || '|' || records.source_key as own_key,
    coalesce(records.street_code, links.street_code) as street_code,
    links.granularity,
    links.building_key,
    coordinates.longitude,
    coordinates.latitude,
    coordinates.coordinate_quality,
    coordinates.coordinate_evidence,
    coordinates.metres_from_address
from records
left join texts on records.address_text = texts.address_text
left join links on texts.address_key = links.address_key
left join coordinates
    on
        records.delivery_id = coordinates.delivery_id
        and records.line_number = coordinates.line_number
        and records.sheet_name is not distinct from coordinates.sheet_name
