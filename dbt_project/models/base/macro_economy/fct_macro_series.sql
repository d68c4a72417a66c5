-- 宏观经济基础库: every figure of every series, all vintages and documents kept side by side, none altered.  One row per
-- observation: dataset, series, place, scope, period, vintage, value and document.
with

observations as (
    select * from {{ ref('int_macro_observations') }}
),

magnitudes as (
    select * from {{ ref('int_macro_magnitudes') }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

regions as (
    select * from {{ ref('regions') }}
),

names as (
    select
        series_code,
        max(population_basis) as population_basis
    from {{ ref('macro_published_series') }}
    group by series_code
),

placed as (
    select
        observations.*,
        regions.region_level,
        case when observations.is_of_a_place then regions.reports_to end as reports_to,
        row_number() over (
            partition by
                observations.dataset_id, observations.series_code, observations.place_code, observations.division_name,
                observations.scope, observations.stat_year, coalesce(observations.period, observations.period_label)
            order by
                {{ vintage_rank('observations.vintage') }} desc, observations.period_end desc,
                observations.revision_no desc, observations.published_date desc, observations.line_number desc
        ) as vintage_recency
    from observations
    left join regions on observations.place_code = regions.region_code
),

-- places without a code of their own (the development zone) lie in a district that may stand there with them or without
wholes as (
    select distinct
        dataset_id,
        series_code,
        period,
        vintage,
        place_code
    from placed
    where scope <> 'without_zone'
)

select
    placed.series_code,
    placed.series_name,
    names.population_basis,
    placed.frequency,
    placed.is_cumulative,
    placed.stat_year,
    placed.period_label,
    placed.period,
    placed.division_name,
    placed.place_code as division_code,
    placed.scope as scope_code,
    -- a city is the sum of its districts: one that holds its zone takes the zone's place, not beside it
    placed.is_of_a_place and placed.period is not null
    and coalesce(
        case
            when placed.region_level = 'district' then placed.scope <> 'without_zone' or wholes.place_code is null
            when placed.region_level = 'local' then wholes.place_code is null
        end, false
    ) as counts_towards_city,
    placed.value,
    placed.unit,
    placed.base_value,
    placed.base_unit,
    placed.vintage,
    {{ vintage_rank('placed.vintage') }} as vintage_rank,
    placed.vintage_recency = 1 as is_latest_vintage,
    case
        when magnitudes.review_id is null then null
        when decisions.decision = 'accept' then 'confirmed'
        else 'suspected'
    end as magnitude_flag,
    magnitudes.magnitude_factor,
    placed.confidence_code,
    placed.document_title,
    placed.document_url,
    placed.published_date,
    placed.note,
    placed.dataset_id,
    placed.origin,
    placed.delivery_id,
    placed.sheet_name,
    placed.line_number,
    placed.published_date as valid_from,
    cast(null as date) as valid_to,
    placed.source_count
from placed
left join names on placed.series_code = names.series_code
left join wholes
    on
        placed.dataset_id = wholes.dataset_id
        and placed.series_code = wholes.series_code
        and placed.period = wholes.period
        and placed.vintage = wholes.vintage
        and wholes.place_code = case placed.region_level when 'local' then placed.reports_to else placed.place_code end
left join magnitudes
    on
        placed.delivery_id = magnitudes.delivery_id
        and placed.line_number = magnitudes.line_number
        and placed.series_code = magnitudes.series_code
        and coalesce(placed.sheet_name, '') = coalesce(magnitudes.sheet_name, '')
left join decisions on magnitudes.review_id = decisions.review_id
