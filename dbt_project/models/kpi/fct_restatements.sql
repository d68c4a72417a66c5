-- 修订台账: values of the version published last that this build says differently, before and after, with the newest delivery
-- behind the change; earlier entries are carried on.  One row per published value that changed and build.
with

ledger as (
    select * from {{ ref('stg_previous_restatements') }}
),

previous_values as (
    select * from {{ ref('stg_previous_indicator_values') }}
),

current_values as (
    select * from {{ ref('fct_indicator_values') }}
),

needed as (
    select * from {{ ref('indicator_datasets') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

-- what a data steward decides about a delivery changes what counts, as a new delivery does
decisions as (
    select * from {{ ref('stg_decisions') }}
    where event in ('release', 'withdraw', 'replay')
),

published_values as (
    select * from {{ ref('published_indicator_values') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

changed as (
    select
        previous_values.indicator_no,
        previous_values.region_code,
        previous_values.period,
        previous_values.source,
        previous_values.vintage,
        previous_values.value as before_value,
        current_values.value as after_value,
        previous_values.definition_version <> current_values.definition_version as is_redefined
    from previous_values
    left join current_values
        on
            previous_values.indicator_no = current_values.indicator_no
            and previous_values.region_code = current_values.region_code
            and previous_values.period = current_values.period
            and previous_values.source = current_values.source
            and previous_values.vintage = current_values.vintage
    where
        current_values.value is null
        or abs(previous_values.value - current_values.value) > 1e-9
        or previous_values.definition_version <> current_values.definition_version
),

feeding as (
    select indicator_no, dataset_id from needed
    union
    select indicator_no, dataset_id from published_values
),

happened as (
    select dataset_id, delivery_id, delivery_kind, revision_no, is_late, received_at as happened_at
    from deliveries
    where status = 'accepted'
    union all
    select
        deliveries.dataset_id,
        deliveries.delivery_id,
        decisions.event as delivery_kind,
        deliveries.revision_no,
        deliveries.is_late,
        decisions.decided_at as happened_at
    from decisions
    inner join deliveries on decisions.delivery_id = deliveries.delivery_id
),

newest as (
    select
        feeding.indicator_no,
        happened.delivery_id,
        happened.delivery_kind,
        happened.revision_no,
        happened.is_late,
        row_number() over (
            partition by feeding.indicator_no
            order by happened.happened_at desc, happened.delivery_id desc
        ) as recency
    from feeding
    inner join happened on feeding.dataset_id = happened.dataset_id
),

restated as (
    select
        changed.indicator_no,
        changed.region_code,
        changed.period,
        changed.before_value,
        changed.after_value,
        case
            when changed.is_redefined then '口径变更'
            when changed.after_value is null then '不再有值'
            when newest.delivery_kind = 'correction' then '部门更正'
            when newest.delivery_kind = 'supplement' then '部门补报'
            when newest.delivery_kind = 'withdrawal' then '部门撤回'
            when newest.delivery_kind = 'withdraw' then '数据管理员撤回'
            when newest.delivery_kind = 'release' then '暂存数据放行'
            when newest.delivery_kind = 'replay' then '重新治理'
            when newest.revision_no > 1 then '部门重报'
            when newest.is_late then '迟报数据补入'
            else '新交付的数据改变了历史状态'
        end as cause,
        newest.delivery_id,
        run.build_id,
        cast(run.business_date as timestamp) as published_at
    from changed
    cross join run
    left join newest on changed.indicator_no = newest.indicator_no and newest.recency = 1
)

select * from restated
union all
select
    indicator_no,
    region_code,
    period,
    before_value,
    after_value,
    cause,
    delivery_id,
    build_id,
    published_at
from ledger
