-- 医保电子凭证覆盖率 = 期末凭证处于激活状态的本市参保人 / 期末本市参保人 (by person, not by insurance).
-- Persons insured elsewhere stand on neither side.  One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

insurances as (
    select * from {{ ref('fct_medical_insurances') }}
    where status = 'insured' and region_code is not null
),

vouchers as (
    select * from {{ ref('fct_medical_voucher_spells') }}
),

numbered as (
    select
        person_id,
        region_code,
        min(coalesce(valid_from_date, date '1900-01-01')) over (partition by person_id) as insured_from,
        row_number() over (
            partition by person_id
            order by valid_from_date desc, insurance_type_code asc, region_code asc
        ) as recency
    from insurances
),

persons as (
    select * from numbered
    where recency = 1
),

spells as (
    select
        'denominator' as part,
        region_code,
        insured_from as counted_from,
        cast(null as date) as counted_to
    from persons
    union all
    select
        'numerator' as part,
        persons.region_code,
        {{ later_day('persons.insured_from', 'cast(vouchers.opened_at as date)') }} as counted_from,
        cast(vouchers.closed_at as date) as counted_to
    from persons
    inner join vouchers on persons.person_id = vouchers.person_id
),

{{ month_end_stock() }}

{{ stock_share(17) }}
