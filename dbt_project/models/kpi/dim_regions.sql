-- 地区: the city, its districts and local zones.  One row per region.
with

regions as (
    select * from {{ ref('regions') }}
)

select
    region_code,
    region_name_zh,
    region_name_en,
    region_level,
    reports_to,
    has_national_code,
    note
from regions
