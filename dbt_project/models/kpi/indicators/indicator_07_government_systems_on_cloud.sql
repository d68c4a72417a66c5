-- 非涉密政务信息系统上云率 = 期末已在政务云的应上云非涉密在用系统 / 期末应上云非涉密在用系统.
-- Dates decide what was in use, not today's status word; a retired system leaves both sides.  One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

systems as (
    select * from {{ ref('dim_government_systems') }}
),

counted as (
    select * from systems
    where secrecy_level_code <> 'secret' and is_cloud_required and launched_date is not null
),

spells as (
    select
        'denominator' as part,
        cast(null as string) as region_code,
        launched_date as counted_from,
        retired_date as counted_to
    from counted
    union all
    select
        'numerator' as part,
        cast(null as string) as region_code,
        {{ later_day('launched_date', 'cloud_date') }} as counted_from,
        retired_date as counted_to
    from counted
    where deployment_code = 'government_cloud' and cloud_date is not null
),

{{ month_end_stock() }}

{{ stock_share(7) }}
