-- 常住人口、户籍人口与家庭户数: the typed rows as delivered.
select
    stat_year,
    division_code,
    division_name,
    scope_code,
    resident_population_persons,
    registered_population_persons,
    registered_male_persons,
    registered_female_persons,
    family_household_count,
    collective_household_count,
    family_household_persons,
    urbanisation_rate_pct,
    vintage,
    published_date,
    note,
    delivery_id,
    sheet_name,
    line_number
from {{ source('lake', 'statistics__population_series') }}
