-- Penetration rates may exceed 100 (one household, two connections), and nothing is clipped: a person looks at it.
{{ config(severity='warn') }}
select
    indicator_no,
    region_code,
    period,
    numerator,
    denominator,
    value
from {{ ref('fct_indicator_values') }}
where unit = '%' and (value > 100 or numerator > denominator)
