-- 交通信号系统联网联控率 = 期末已接入且联网联控的在用路口 / 在用路口. The ledger dates the connection only, so all junctions in use
-- today stand in the denominator of every month.  One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

junctions as (
    select * from {{ ref('dim_signal_junctions') }}
    where status = 'in_use'
),

spells as (
    select
        'denominator' as part,
        region_code,
        cast(null as date) as counted_from,
        cast(null as date) as counted_to
    from junctions
    union all
    select 'numerator' as part, region_code, connected_date as counted_from, cast(null as date) as counted_to
    from junctions
    where is_networked and is_jointly_controlled and connected_date is not null
),

{{ month_end_stock() }}

{{ stock_share(26) }}
