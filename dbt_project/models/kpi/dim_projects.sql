-- 重点项目: the plan's key projects.  One row per project.
select
    project_no,
    project_name,
    chapter_zh,
    construction_type,
    schedule,
    schedule_kind,
    schedule_from,
    schedule_to,
    responsible_units
from {{ ref('projects') }}
