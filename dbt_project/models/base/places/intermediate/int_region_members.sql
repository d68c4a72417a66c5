-- Which values a row counts in: a district's row counts in the district and in the city, the city's own row and
-- rows without a region ('city') in the city.
-- One row per region that rows belong to and region that is reported.
with

regions as (
    select * from {{ ref('regions') }}
    where region_level in ('city', 'district')
)

select
    region_code as member_region_code,
    region_code
from regions
union all
select
    region_code as member_region_code,
    reports_to as region_code
from regions
where region_level = 'district'
union all
select
    'city' as member_region_code,
    region_code
from regions
where region_level = 'city'
