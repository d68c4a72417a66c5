-- Figures out of their order of magnitude, for somebody to look at.  One row per figure.
with

magnitudes as (
    select * from {{ ref('int_macro_magnitudes') }}
)

select
    review_id,
    'macro_series' as entity_type,
    'magnitude' as kind,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    series_code as role,
    cast(null as string) as subject_id,
    cast(null as string) as candidate_id,
    cast(null as double) as score,
    '数值与同序列相差千倍以上, 疑为单位不符' as reason_zh,
    concat_ws(' ', series_name, division_name, coalesce(period, period_label)) || ': 本次 ' || {{ in_large_units('base_value') }}
    || ', 同序列居中 ' || {{ in_large_units('middle') }} || ', 约'
    || case when magnitude_factor > 1 then '大 ' else '小 ' end
    || cast(cast(greatest(magnitude_factor, 1 / magnitude_factor) as bigint) as string) || ' 倍' as evidence
from magnitudes
