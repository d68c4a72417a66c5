-- 表头变化: every header layout in which a dataset was delivered, when, and what changed from the layout before it: columns
-- added, gone, or written another way.  One row per dataset and layout.
with

headers as (
    select * from {{ ref('stg_delivery_headers') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where answers_delivery_id is null  -- a returned correction list has our layout, not the department's
),

layouts as (
    select
        deliveries.dataset_id,
        deliveries.delivery_id,
        deliveries.business_period,
        deliveries.period_end,
        deliveries.received_at,
        count(*) as column_count,
        {{ dbt.listagg('headers.header', "' | '", "order by headers.sheet_name, headers.position") }} as layout
    from headers
    inner join deliveries on headers.delivery_id = deliveries.delivery_id
    group by
        deliveries.dataset_id,
        deliveries.delivery_id,
        deliveries.business_period,
        deliveries.period_end,
        deliveries.received_at
),

placed as (
    select
        *,
        row_number() over (partition by dataset_id, layout order by period_end, received_at, delivery_id) as from_first,
        row_number() over (
            partition by dataset_id, layout
            order by period_end desc, received_at desc, delivery_id desc
        ) as from_last,
        count(*) over (partition by dataset_id, layout) as deliveries
    from layouts
),

firsts as (
    select
        *,
        row_number() over (partition by dataset_id order by period_end, received_at, delivery_id) as layout_no
    from placed
    where from_first = 1
),

lasts as (
    select * from placed
    where from_last = 1
),

named as (
    select
        firsts.dataset_id,
        firsts.layout_no,
        headers.header,
        coalesce(headers.column_name, headers.header) as column_name
    from firsts
    inner join headers on firsts.delivery_id = headers.delivery_id
    where headers.header <> ''
    group by firsts.dataset_id, firsts.layout_no, headers.header, coalesce(headers.column_name, headers.header)
),

compared as (
    select
        coalesce(ours.dataset_id, before.dataset_id) as dataset_id,
        coalesce(ours.layout_no, before.layout_no + 1) as layout_no,
        case when before.header is null then ours.header end as added,
        case when ours.header is null then before.header end as gone,
        case when ours.header <> before.header then before.header || ' → ' || ours.header end as renamed
    from named as ours
    full outer join named as before
        on
            ours.dataset_id = before.dataset_id
            and ours.layout_no = before.layout_no + 1
            and ours.column_name = before.column_name
),

changes as (
    select
        dataset_id,
        layout_no,
        {{ dbt.listagg('added', "'、'", 'order by added') }} as added_headers,
        {{ dbt.listagg('gone', "'、'", 'order by gone') }} as gone_headers,
        {{ dbt.listagg('renamed', "'、'", 'order by renamed') }} as renamed_headers
    from compared
    where layout_no > 1
    group by dataset_id, layout_no
)

select
    firsts.dataset_id,
    firsts.layout_no,
    firsts.column_count,
    firsts.layout,
    firsts.delivery_id as first_delivery_id,
    firsts.business_period as first_period,
    firsts.received_at as first_received_at,
    lasts.delivery_id as last_delivery_id,
    lasts.business_period as last_period,
    lasts.received_at as last_received_at,
    firsts.deliveries,
    changes.added_headers,
    changes.gone_headers,
    changes.renamed_headers
from firsts
inner join lasts on firsts.dataset_id = lasts.dataset_id and firsts.layout = lasts.layout
left join changes on firsts.dataset_id = changes.dataset_id and firsts.layout_no = changes.layout_no
