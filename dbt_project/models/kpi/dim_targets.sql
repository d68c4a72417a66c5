-- 目标值: what the plan asks for by when.  One row per indicator and milestone year.
select
    indicator_no,
    milestone_year,
    target_value,
    target_upper
from {{ ref('targets') }}
