-- 地址中的区划名称: every name, of today and of before, by which an address can name a division or a street, and the code of today.
-- One row per name.
with

divisions as (
    select * from {{ ref('dim_divisions') }}
),

regions as (
    select * from {{ ref('regions') }}
),

named as (
    select
        division_name as area_name,
        'street' as area_level,
        division_code as street_code,
        current_division_code as division_code,
        cast(is_statutory as integer) as preference
    from divisions
    where division_level = 'street' and valid_to is null
    union all
    select
        division_name as area_name,
        case when division_level = 'city' then 'city' else 'division' end as area_level,
        cast(null as varchar) as street_code,
        current_division_code as division_code,
        cast(valid_to is null as integer) as preference
    from divisions
    where division_level in ('city', 'county', 'local')
    union all
    select
        region_name_zh as area_name,
        case when region_level = 'city' then 'city' else 'division' end as area_level,
        cast(null as varchar) as street_code,
        case when has_national_code then region_code else reports_to end as division_code,
        2 as preference
    from regions
)

select
    area_name,
    area_level,
    arg_max(street_code, preference) as street_code,
    arg_max(division_code, preference) as division_code
from named
group by area_name, area_level
-- a name that two streets bear names none of them
having count(distinct street_code) <= 1
