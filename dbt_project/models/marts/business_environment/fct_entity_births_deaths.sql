-- 经营主体设立与注销: entities established and closed a month, by industry division (first two digits of GB/T 4754).
-- One row per industry division and month.
with

entities as (
    select * from {{ ref('dim_legal_entities') }}
    where is_in_market_register
),

changes as (
    select industry_code, established_date as changed_date, 1 as births, 0 as deaths
    from entities
    where established_date is not null
    union all
    select industry_code, revoked_date as changed_date, 0 as births, 1 as deaths
    from entities
    where revoked_date is not null and status = 'deregistered'
)

select
    coalesce(substr(industry_code, 1, 2), '未知') as industry_division,
    {{ month_label('changed_date') }} as period,
    sum(births) as births,
    sum(deaths) as deaths
from changes
group by coalesce(substr(industry_code, 1, 2), '未知'), {{ month_label('changed_date') }}
