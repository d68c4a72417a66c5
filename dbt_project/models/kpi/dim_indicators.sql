-- 指标: the plan's indicators with baseline, targets and definition. A plan with other milestones than 2023 and 2025 has them
-- in dim_targets and in `targets_text`.  One row per indicator.
with

indicators as (
    select * from {{ ref('indicators') }}
),

targets as (
    select * from {{ ref('targets') }}
),

needed as (
    select * from {{ ref('indicator_datasets') }}
),

plan as (
    select * from {{ ref('plan') }}
),

spread as (
    select
        indicator_no,
        max(case when milestone_year = 2023 then target_value end) as target_2023,
        max(case when milestone_year = 2025 then target_value end) as target_2025,
        {{ dbt.listagg(
            "cast(milestone_year as string) || '=' || cast(target_value as string)", "'; '", 'order by milestone_year'
        ) }} as targets_text
    from targets
    group by indicator_no
),

listed as (
    select
        indicator_no,
        {{ dbt.listagg(
            "dataset_title_zh || '（' || department_zh || '）'", "'、'", 'order by dataset_id'
        ) }} as datasets_zh
    from needed
    group by indicator_no
)

select
    indicators.indicator_no,
    plan.plan_code,
    indicators.domain_zh,
    indicators.indicator_name_zh,
    indicators.indicator_name_en,
    indicators.unit,
    indicators.direction,
    indicators.target_type,
    indicators.baseline_year,
    indicators.baseline_value,
    indicators.baseline_source,
    indicators.baseline_note,
    spread.target_2023,
    spread.target_2025,
    spread.targets_text,
    indicators.responsible_unit,
    indicators.numerator_zh,
    indicators.denominator_zh,
    listed.datasets_zh,
    indicators.scope_note,
    indicators.definition_status,
    indicators.definition_version,
    indicators.min_present_share,
    indicators.max_rejected_share,
    indicators.cycle
from indicators
cross join plan
left join spread on indicators.indicator_no = spread.indicator_no
left join listed on indicators.indicator_no = listed.indicator_no
