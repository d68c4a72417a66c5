-- 持续问题: one per continuing cause, opened and closed by the nightly watch.
select
    issue_id,
    cause_key,
    kind,
    department_id,
    dataset_id,
    title_zh,
    opened_at,
    last_seen_at,
    closed_at,
    times_seen,
    notified_at
from {{ source('lake', 'issues') }}
