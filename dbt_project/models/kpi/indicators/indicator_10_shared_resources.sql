-- 数据资源共享率 = 期末有可调用挂接的应共享非涉密目录 / 期末已发布的应共享非涉密目录.
-- A resource with several attachments counts once, from the first that can be called.  One row per region and month.
with

months as (
    select * from {{ ref('int_month_ends') }}
),

members as (
    select * from {{ ref('int_region_members') }}
),

resources as (
    select * from {{ ref('dim_catalogue_resources') }}
    where status = 'published' and sharing_type_code <> 'none' and secrecy_level_code <> 'secret'
),

attachments as (
    select
        resource_code,
        min(attached_date) as first_attached_date
    from {{ ref('fct_resource_attachments') }}
    where status = 'callable'
    group by resource_code
),

spells as (
    select
        'denominator' as part,
        cast(null as string) as region_code,
        published_date as counted_from,
        cast(null as date) as counted_to
    from resources
    union all
    select
        'numerator' as part,
        cast(null as string) as region_code,
        {{ later_day('resources.published_date', 'attachments.first_attached_date') }} as counted_from,
        cast(null as date) as counted_to
    from resources
    inner join attachments on resources.resource_code = attachments.resource_code
),

{{ month_end_stock() }}

{{ stock_share(10) }}
