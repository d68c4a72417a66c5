-- 统计用区划代码和城乡划分代码: the typed rows as delivered.
select
    stat_year,
    area_code,
    area_name,
    area_level_code,
    parent_area_code,
    street_code,
    community_code,
    urban_rural_code,
    is_statutory,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__street_community_codes') }}
