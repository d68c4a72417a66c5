-- Printed figures and measures of tables together, with place, scope and period told apart; a line that came again counts
-- once.  One row per dataset, series, place, scope, period, vintage, value and document.
{% set observation = [
    'united.dataset_id', 'united.series_code', 'united.series_name', 'united.stat_year', 'united.period_label',
    'united.division_name', 'united.scope_code', 'united.vintage', 'united.value', 'united.document_title',
] | join(', ') -%}
with

figures as (
    select * from {{ ref('int_macro_figures') }}
),

measures as (
    select * from {{ ref('int_macro_measures') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

united as (
    select
        dataset_id,
        series_code,
        series_name,
        case
            when period is null then null
            when length(period) = 4 then 'yearly'
            when substr(period, 5, 1) = 'Q' then 'quarterly'
            else 'monthly'
        end as frequency,
        is_cumulative,
        true as is_of_a_place,
        true as is_printed,
        stat_year,
        period_label,
        period,
        division_code,
        division_name,
        cast(null as string) as scope_code,
        vintage,
        value,
        unit,
        published_date,
        note,
        confidence_code,
        document_title,
        document_url,
        delivery_id,
        sheet_name,
        line_number
    from figures
    union all
    select
        dataset_id,
        series_code,
        series_name,
        frequency,
        is_cumulative,
        is_of_a_place,
        false as is_printed,
        stat_year,
        period_label,
        {{ whole_year('period_label', 'is_cumulative') }} as period,
        division_code,
        division_name,
        scope_code,
        vintage,
        value,
        unit,
        published_date,
        note,
        cast(null as string) as confidence_code,
        cast(null as string) as document_title,
        cast(null as string) as document_url,
        delivery_id,
        sheet_name,
        line_number
    from measures
),

numbered as (
    select
        united.*,
        deliveries.origin,
        deliveries.file_name,
        deliveries.period_end,
        deliveries.revision_no,
        row_number() over (
            partition by {{ observation }}
            order by deliveries.period_end desc, deliveries.revision_no desc, united.line_number desc
        ) as recency,
        count(*) over (
            partition by {{ observation }}
        ) as source_count
    from united
    inner join deliveries on united.delivery_id = deliveries.delivery_id
)

select
    *,
    -- 经开区 has no national code: the plan's regions give it one of their own
    case when division_name like '%经开区' or division_name like '%经济开发区' then 'CZ-JKQ' else division_code end
        as place_code,
    -- what stands in the name is meant, whatever the column of scopes says
    case
        when division_name like '%不含%经开区%' then 'without_zone'
        when division_name like '%含%经开区%' then 'with_zone'
        else coalesce(scope_code, 'total')
    end as scope,
    value * {{ unit_factor('unit') }} as base_value,
    {{ base_unit('unit') }} as base_unit
from numbered
where recency = 1
