-- 指标值: measured (or simulated) values month by month and published ones year by year, each with its evidence.
-- One row per indicator, region, period, source and vintage.
with

indicators as (
    select * from {{ ref('indicators') }}
),

measured_values as (
    select * from {{ ref('int_measured_values') }}
),

sources as (
    select * from {{ ref('int_indicator_sources') }}
    where missing_count = 0
),

evidence as (
    select * from {{ ref('int_indicator_evidence') }}
),

published_values as (
    select * from {{ ref('published_indicator_values') }}
    where is_used
),

measured as (
    select
        measured_values.indicator_no,
        measured_values.region_code,
        measured_values.period,
        measured_values.numerator,
        measured_values.denominator,
        measured_values.value,
        case when sources.is_simulated then 'simulated' else 'measured' end as source,
        'current' as vintage,
        measured_values.definition_version,
        evidence.expected_deliveries,
        evidence.present_deliveries,
        evidence.rejected_share,
        coalesce(evidence.is_held_back, false) as is_held_back,
        evidence.held_reason,
        true as is_comparable,
        cast(null as string) as note
    from measured_values
    inner join indicators on measured_values.indicator_no = indicators.indicator_no
    inner join sources on measured_values.indicator_no = sources.indicator_no
    left join evidence
        on measured_values.indicator_no = evidence.indicator_no and measured_values.period = evidence.period
    where measured_values.value is not null
),

published as (
    select
        indicator_no,
        region_code,
        period,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        value,
        'published' as source,
        vintage,
        definition_version,
        cast(null as bigint) as expected_deliveries,
        cast(null as bigint) as present_deliveries,
        cast(null as double) as rejected_share,
        false as is_held_back,
        cast(null as string) as held_reason,
        is_comparable,
        note
    from published_values
),

united as (
    select * from measured
    union all
    select * from published
)

select
    united.indicator_no,
    united.region_code,
    united.period,
    united.numerator,
    united.denominator,
    united.value,
    indicators.unit,
    united.source,
    united.vintage,
    united.definition_version,
    united.expected_deliveries,
    united.present_deliveries,
    united.rejected_share,
    united.is_held_back,
    united.held_reason,
    united.is_comparable,
    united.note
from united
inner join indicators on united.indicator_no = indicators.indicator_no
