{{ config(materialized='view') }}
-- 户: the households of the register and those who are in it today. The register does not say who is the head: it is the
-- oldest adult, else the oldest.  One row per household.
with

members as (
    select * from {{ ref('dim_persons') }}
    where household_id is not null
),

numbered as (
    select
        *,
        row_number() over (
            partition by household_id order by birth_date asc nulls last, person_id asc
        ) as seniority
    from members
)

select
    household_id,
    max(case when seniority = 1 then person_id end) as head_person_id,
    count(*) as member_count,
    max(case when seniority = 1 then household_division_code end) as division_code,
    min(valid_from) as valid_from
from numbered
group by household_id
