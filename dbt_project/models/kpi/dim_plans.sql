-- 规划: the plan that is tracked.  One row per plan.
select
    plan_code,
    plan_title_zh,
    plan_title_en,
    from_year,
    to_year,
    city_code,
    city_name_zh,
    city_name_en
from {{ ref('plan') }}
