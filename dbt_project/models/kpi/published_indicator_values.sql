-- 公开值: what documents print about an indicator for the whole city, all vintages. Where one vintage of a year is printed
-- twice, the better document is used and the other one kept.  One row per indicator, year, vintage, value and document.
with

series as (
    select * from {{ ref('published_indicator_series') }}
),

observations as (
    select * from {{ ref('fct_macro_series') }}
),

plan as (
    select * from {{ ref('plan') }}
),

matched as (
    select
        series.indicator_no,
        plan.city_code as region_code,
        cast(observations.stat_year as string) as period,
        observations.value * series.factor as value,
        observations.vintage,
        series.definition_version,
        series.is_comparable,
        series.note,
        observations.series_name,
        observations.period_label,
        observations.unit,
        observations.confidence_code,
        observations.document_title,
        observations.document_url,
        observations.published_date,
        observations.dataset_id,
        observations.delivery_id,
        observations.line_number
    from observations
    cross join plan
    inner join series on observations.series_name = series.series_name
    where observations.division_name = plan.city_name_zh
)

select
    *,
    row_number() over (
        partition by indicator_no, period, vintage
        order by
            case when confidence_code like 'high%' then 1 when confidence_code like 'medium%' then 2 else 3 end asc,
            published_date desc,
            document_title asc,
            value asc
    ) = 1 as is_used
from matched
