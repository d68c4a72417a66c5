-- 项目进度: how much of each project's scheduled time has passed; no dataset reports the work itself yet, so nothing is
-- said about it.  One row per project and month.
with

projects as (
    select * from {{ ref('projects') }}
),

months as (
    select * from {{ ref('int_month_ends') }}
),

placed as (
    select
        projects.project_no,
        months.period,
        projects.schedule_kind,
        projects.schedule_from,
        projects.schedule_to,
        {{ year_axis(month_number('months.period')) }} as t
    from projects
    cross join months
)

select
    project_no,
    period,
    schedule_from,
    schedule_to,
    -- a schedule runs from the start of its first year (the end of the year before) to the end of its last one
    case
        when schedule_from is not null
            then least(greatest((t - (schedule_from - 1)) / (schedule_to - schedule_from + 1), 0), 1)
    end as elapsed,
    case
        when schedule_from is null then '未定期'
        when t <= schedule_from - 1 then '未开始'
        when t >= schedule_to then '已到期'
        else '进行中'
    end as state_zh,
    case schedule_kind
        when 'continuous' then '规划未定期限：持续开展'
        when 'merged' then '规划未定期限：与其他工程合并推进'
    end as note_zh
from placed
