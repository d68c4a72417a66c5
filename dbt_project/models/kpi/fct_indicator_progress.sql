-- 指标进度: how far each indicator is on its way to each milestone.  One row per indicator, region, period and milestone.
with

inputs as (
    select * from {{ ref('int_progress_inputs') }}
),

linear as (
    select * from {{ ref('int_progress_linear') }}
),

classes as (
    select * from {{ ref('int_progress_classes') }}
),

cross_checks as (
    select * from {{ ref('int_progress_cross_checks') }}
),

forecasts as (
    select * from {{ ref('int_progress_forecasts') }}
)

select
    inputs.indicator_no,
    inputs.region_code,
    inputs.period,
    inputs.milestone_year,
    inputs.y_target as target_value,
    inputs.y as value,
    inputs.assessed_period,
    inputs.is_final,
    inputs.source,
    inputs.vintage,
    inputs.definition_version,
    inputs.y0 as baseline_value,
    inputs.t0 as baseline_time,
    inputs.baseline_kind,
    linear.is_met,
    linear.scheduled_value,
    linear.completion,
    linear.elapsed,
    linear.schedule_index,
    classes.progress_class,
    classes.reason,
    linear.required_yearly_change,
    forecasts.forecast_value,
    forecasts.forecast_low,
    forecasts.forecast_high,
    cross_checks.statcan_ratio,
    cross_checks.statcan_class,
    cross_checks.statcan_score,
    cross_checks.unsd_ratio,
    cross_checks.unsd_class,
    cross_checks.escap_csi,
    forecasts.destatis_symbol,
    cross_checks.statcan_reason,
    cross_checks.unsd_reason,
    cross_checks.escap_reason,
    case
        when forecasts.destatis_symbol is null
            then coalesce(inputs.not_assessable_reason, forecasts.destatis_reason, '连续年度数据少于四期')
    end as destatis_reason
from inputs
{% for part in ['linear', 'classes', 'cross_checks', 'forecasts'] %}
    left join {{ part }}
        on
            inputs.indicator_no = {{ part }}.indicator_no
            and inputs.region_code = {{ part }}.region_code
            and inputs.period = {{ part }}.period
            and inputs.milestone_year = {{ part }}.milestone_year
{% endfor %}
