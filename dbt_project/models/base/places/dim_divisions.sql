-- 区划: every unit of the city with the days it was in force: city, districts and counties of today and of before, streets and
-- towns, communities, and the local unit that has no national code.  One row per unit and first day of validity.
with

listed as (
    {{ latest_state('stg_civil_affairs__administrative_divisions', ['area_code', 'valid_from_date'], 'full', none) }}
),

editions as (
    select * from {{ ref('stg_statistics__street_community_codes') }}
),

local_units as (
    select * from {{ ref('regions') }}
    where not has_national_code
),

division_regions as (
    select * from {{ ref('region_divisions') }}
),

newest_edition as (
    select max(stat_year) as stat_year from editions
),

-- a unit without a national code goes by its reserved key, whatever code a clerk made up for it
statutory as (
    select
        coalesce(local_units.region_code, listed.area_code) as division_code,
        listed.area_name as division_name,
        case when local_units.region_code is null then listed.area_level_code else 'local' end as division_level,
        coalesce(local_units.reports_to, listed.parent_area_code) as parent_division_code,
        listed.area_code as delivered_code,
        local_units.region_code is null as is_statutory,
        listed.change_type_code,
        listed.predecessor_area_codes as predecessors,
        listed.area_km2,
        listed.valid_from_date as valid_from,
        listed.valid_to_date as valid_to,
        'civil_affairs__administrative_divisions' as source_dataset_id
    from listed
    left join local_units on {{ key_if('not listed.is_statutory', 'listed.area_name') }} = local_units.region_name_zh
    where listed.is_statutory or local_units.region_code is not null
),

counted as (
    select
        case area_level_code
            when 'street' then substr(area_code, 1, 9)
            when 'county' then substr(area_code, 1, 6)
            else area_code
        end as division_code,
        area_level_code as division_level,
        arg_max(area_name, stat_year) as division_name,
        arg_max(parent_area_code, stat_year) as parent_area_code,
        min(area_code) as delivered_code,
        bool_and(coalesce(is_statutory, true)) as is_statutory,
        min(stat_year) as first_year,
        max(stat_year) as last_year
    from editions
    group by 1, 2
),

statistical as (
    select
        counted.division_code,
        counted.division_name,
        counted.division_level,
        case counted.division_level
            when 'community' then substr(counted.parent_area_code, 1, 9)
            else substr(counted.parent_area_code, 1, 6)
        end as parent_division_code,
        counted.delivered_code,
        counted.is_statutory,
        cast(null as varchar) as change_type_code,
        cast(null as varchar) as predecessors,
        cast(null as double) as area_km2,
        make_date(counted.first_year, 1, 1) as valid_from,
        case when counted.last_year < newest_edition.stat_year then make_date(counted.last_year, 12, 31) end as valid_to,
        'statistics__street_community_codes' as source_dataset_id
    from counted
    cross join newest_edition
    left join statutory on counted.division_code = statutory.division_code
    where statutory.division_code is null
),

united as (
    select * from statutory
    union all by name
    select * from statistical
)

select
    united.division_code,
    united.division_name,
    united.division_level,
    united.parent_division_code,
    coalesce(division_regions.region_code, substr(united.division_code, 1, 6)) as current_division_code,
    united.delivered_code,
    united.is_statutory,
    united.division_level <> 'local' as has_national_code,
    united.change_type_code,
    united.predecessors,
    united.area_km2,
    united.valid_from,
    united.valid_to,
    united.source_dataset_id,
    1 + cast(counted.division_code is not null and united.source_dataset_id like 'civil%' as integer) as source_count
from united
left join division_regions on united.division_code = division_regions.division_code
left join counted on united.division_code = counted.division_code
