-- 企业上云规模 = 期末使用云服务的企业数 (按统一社会信用代码去重, 试用除外). A number, not a share: no denominator.
-- One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

uses as (
    select * from {{ ref('fct_enterprise_cloud_use') }}
    where status = 'in_use' and uscc is not null
),

numbered as (
    select
        uscc,
        region_code,
        first_cloud_date,
        row_number() over (
            partition by uscc
            order by first_cloud_date, cloud_provider, cloud_service_type_code, region_code
        ) as rank_in_time
    from uses
),

spells as (
    select 'numerator' as part, region_code, first_cloud_date as counted_from, cast(null as date) as counted_to
    from numbered
    where rank_in_time = 1
),

{{ month_end_stock() }}

select
    34 as indicator_no,
    region_code,
    period,
    cast(numerator as double) as numerator,
    cast(null as double) as denominator,
    cast(numerator as double) as value,
    'citylake-1' as definition_version
from stock
