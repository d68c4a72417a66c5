-- Whether an indicator's datasets have come at all, and whether a simulated city sent them.  One row per indicator.
with

needed as (
    select * from {{ ref('indicator_datasets') }}
),

contracts as (
    select * from {{ ref('stg_contracts') }}
),

delivered as (
    select
        dataset_id,
        max(case when origin = 'simulated' then 1 else 0 end) as is_simulated
    from {{ ref('stg_deliveries') }}
    where status = 'accepted'
    group by dataset_id
),

checked as (
    select
        needed.indicator_no,
        case when delivered.dataset_id is null then 1 else 0 end as is_missing,
        coalesce(delivered.is_simulated, 0) as is_simulated,
        case
            when contracts.dataset_id is null
                then needed.dataset_title_zh || '（' || needed.department_zh || '，数据集未接入）'
            when delivered.dataset_id is null
                then needed.dataset_title_zh || '（' || needed.department_zh || '，尚无合格交付）'
        end as missing_text
    from needed
    left join contracts on needed.dataset_id = contracts.dataset_id
    left join delivered on needed.dataset_id = delivered.dataset_id
)

select
    indicator_no,
    count(*) as needed_datasets,
    sum(is_missing) as missing_count,
    max(is_simulated) = 1 as is_simulated,
    {{ dbt.listagg('missing_text', "'；'", 'order by missing_text') }} as missing_datasets_zh
from checked
group by indicator_no
