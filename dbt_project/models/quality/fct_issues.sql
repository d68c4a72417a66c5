-- 持续问题: one issue per continuing cause, from the night it was first seen to the night it was gone.  One row per issue.
with

issues as (
    select * from {{ ref('stg_issues') }}
),

departments as (
    select
        department_id,
        max(department_zh) as department_zh
    from {{ ref('stg_contracts') }}
    group by department_id
)

select
    issues.issue_id,
    issues.kind,
    issues.cause_key,
    issues.department_id,
    departments.department_zh,
    issues.dataset_id,
    issues.title_zh,
    case when issues.closed_at is null then 'open' else 'closed' end as status,
    issues.opened_at,
    issues.last_seen_at,
    issues.closed_at,
    issues.times_seen,
    issues.notified_at
from issues
left join departments on issues.department_id = departments.department_id
