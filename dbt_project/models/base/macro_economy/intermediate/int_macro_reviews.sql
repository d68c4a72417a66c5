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
    series_code || ' ' || coalesce(division_name, '') || ' ' || coalesce(period, period_label, '') || ': '
    || cast(value as string) as evidence
from magnitudes
