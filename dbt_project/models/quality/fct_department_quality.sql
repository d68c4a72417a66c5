-- 部门数据质量: deliveries, rejected rows and correction lists of each department.  One row per department.
with

contracts as (
    select * from {{ ref('stg_contracts') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

requests as (
    select * from {{ ref('fct_correction_requests') }}
),

departments as (
    select
        department_id,
        max(department_zh) as department_zh
    from contracts
    group by department_id
),

delivered as (
    select
        department_id,
        count(*) as deliveries,
        sum(case when status = 'accepted' then 1 else 0 end) as deliveries_accepted,
        sum(case when status = 'held' then 1 else 0 end) as deliveries_held,
        sum(case when status = 'refused' then 1 else 0 end) as deliveries_refused,
        sum(case when is_late then 1 else 0 end) as deliveries_late,
        sum(coalesce(rows_accepted, 0)) as rows_accepted,
        sum(coalesce(rows_rejected, 0)) as rows_rejected
    from deliveries
    group by department_id
),

asked as (
    select
        department_id,
        count(*) as requests,
        sum(case when status = 'overdue' then 1 else 0 end) as requests_overdue,
        sum(case when status = 'disputed' then 1 else 0 end) as requests_disputed,
        sum(case when status = 'closed' then 1 else 0 end) as requests_closed,
        sum(rows_open) as rows_open,
        percentile_cont(0.5) within group (
            order by {{ dbt.datediff('opened_at', 'closed_at', 'day') }}
        ) as median_days_to_close
    from requests
    group by department_id
)

select
    departments.department_id,
    departments.department_zh,
    cast(coalesce(delivered.deliveries, 0) as bigint) as deliveries,
    cast(coalesce(delivered.deliveries_accepted, 0) as bigint) as deliveries_accepted,
    cast(coalesce(delivered.deliveries_held, 0) as bigint) as deliveries_held,
    cast(coalesce(delivered.deliveries_refused, 0) as bigint) as deliveries_refused,
    cast(coalesce(delivered.deliveries_late, 0) as bigint) as deliveries_late,
    cast(coalesce(delivered.rows_accepted, 0) as bigint) as rows_accepted,
    cast(coalesce(delivered.rows_rejected, 0) as bigint) as rows_rejected,
    {{ share_pct('delivered.rows_rejected', '(delivered.rows_accepted + delivered.rows_rejected)') }} as rejected_pct,
    cast(coalesce(asked.requests, 0) as bigint) as requests,
    cast(coalesce(asked.requests_overdue, 0) as bigint) as requests_overdue,
    cast(coalesce(asked.requests_disputed, 0) as bigint) as requests_disputed,
    cast(coalesce(asked.requests_closed, 0) as bigint) as requests_closed,
    cast(coalesce(asked.rows_open, 0) as bigint) as rows_open,
    asked.median_days_to_close
from departments
left join delivered on departments.department_id = delivered.department_id
left join asked on departments.department_id = asked.department_id
