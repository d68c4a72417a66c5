-- 进度分类: the class of each assessment by the cut-offs in force, and the reason wherever the index alone does not say it.
-- One row per indicator, region, period and milestone.
with

inputs as (
    select * from {{ ref('int_progress_inputs') }}
),

linear as (
    select * from {{ ref('int_progress_linear') }}
),

cutoffs as (
    select * from {{ ref('dim_progress_classes') }}
    where index_from is not null or index_to is not null
),

joined as (
    select
        inputs.indicator_no,
        inputs.region_code,
        inputs.period,
        inputs.milestone_year,
        inputs.target_type,
        inputs.not_assessable_reason,
        inputs.y0,
        inputs.y_target,
        linear.is_met,
        linear.is_hold,
        linear.is_before_date,
        linear.has_schedule,
        linear.completion,
        linear.schedule_index,
        cutoffs.progress_class as index_class,
        cast(round(linear.distance, 2) as string) as distance_text,
        inputs.target_type in ('hold_at_least', 'hold_at_most', 'range') or inputs.y0 = inputs.y_target as is_to_be_held
    from inputs
    inner join linear
        on
            inputs.indicator_no = linear.indicator_no
            and inputs.region_code = linear.region_code
            and inputs.period = linear.period
            and inputs.milestone_year = linear.milestone_year
    left join cutoffs
        on
            (cutoffs.index_from is null or linear.schedule_index >= cutoffs.index_from)
            and (cutoffs.index_to is null or linear.schedule_index < cutoffs.index_to)
)

select
    indicator_no,
    region_code,
    period,
    milestone_year,
    case
        when not_assessable_reason is not null then '无法评价'
        when is_met and is_to_be_held then '实现'
        when is_met and is_before_date then '提前实现'
        when is_met then '实现'
        when target_type = 'binary' and is_before_date then '无法评价'
        when is_hold then '滞后'
        when not coalesce(has_schedule, false) then '无法评价'
        when schedule_index is not null then index_class
        when completion > 0 then '快于预期'
        when completion < 0 then '倒退'
        else '基本符合预期'
    end as progress_class,
    case
        when not_assessable_reason is not null then not_assessable_reason
        when is_met and is_to_be_held then '保持型目标，已达到'
        when is_met and is_hold and target_type <> 'binary' then '基期已达到目标'
        when is_met then null
        when target_type = 'binary' and is_before_date then '二元目标到期前没有进度'
        when target_type = 'binary' then '到期未完成'
        when is_to_be_held then '保持型目标未达到，差 ' || distance_text
        when is_hold then '基期已达到目标，现低于目标 ' || distance_text
        when y0 is null then '没有基期'
        when not coalesce(has_schedule, false) then '首个观测值即基期，尚无进度'
        when schedule_index is null then '按分段进度，此时尚不要求进展'
    end as reason
from joined
