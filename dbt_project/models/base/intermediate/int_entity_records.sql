-- Every source record that names a legal entity, with the credit code that the same record carries today (older rows of
-- it may still show a registration number only).  One row per source record.
with

register_rows as (
    select * from {{ ref('stg_market_supervision__enterprises') }}
),

tax_rows as (
    select * from {{ ref('stg_tax__taxpayers') }}
),

cloud_rows as (
    select * from {{ ref('stg_industry__cloud_enterprises') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

united as (
    select
        'market_supervision__enterprises' as dataset_id,
        entity_record_no as source_key,
        uscc,
        coalesce(registration_no, entity_record_no) as registration_no,
        entity_name,
        status,
        industry_code,
        established_date,
        revoked_date,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from register_rows
    union all
    select
        'tax__taxpayers' as dataset_id,
        tax_registration_no as source_key,
        uscc,
        tax_registration_no as registration_no,
        entity_name,
        status,
        industry_code,
        registered_date as established_date,
        revoked_date,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from tax_rows
    union all
    select
        'industry__cloud_enterprises' as dataset_id,
        coalesce(uscc, entity_name) as source_key,
        uscc,
        null as registration_no,
        entity_name,
        status,
        industry_code,
        null as established_date,
        null as revoked_date,
        updated_at,
        delivery_id,
        sheet_name,
        line_number
    from cloud_rows
),

dated as (
    select
        united.*,
        deliveries.file_name,
        deliveries.department_zh,
        deliveries.period_start,
        deliveries.period_end,
        deliveries.revision_no,
        coalesce(united.updated_at, cast(deliveries.period_end as timestamp)) as changed_at
    from united
    inner join deliveries on united.delivery_id = deliveries.delivery_id
)

select
    *,
    coalesce(
        uscc,
        first_value(uscc) over (
            partition by dataset_id, source_key
            order by
                case when uscc is null then 1 else 0 end, changed_at desc, period_end desc, revision_no desc,
                delivery_id desc, line_number desc
        )
    ) as current_uscc
from dated
