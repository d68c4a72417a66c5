-- 法人基础库: the golden row of each unified social credit code; records that no rule brings to one stand for themselves
-- under their registration number.  One row per legal entity.
with

records as (
    select * from {{ ref('int_entity_matches') }}
),

attributes as (
    select * from {{ ref('int_entity_attributes') }}
    where preference = 1
),

golden as (
    select
        entity_key,
        max(case when attribute = 'entity_name' then value end) as entity_name,
        max(case when attribute = 'entity_name' then dataset_id end) as entity_name_dataset_id,
        max(case when attribute = 'status' then value end) as status,
        max(case when attribute = 'industry_code' then value end) as industry_code,
        cast(max(case when attribute = 'established_date' then value end) as date) as established_date,
        cast(max(case when attribute = 'revoked_date' then value end) as date) as revoked_date
    from attributes
    group by entity_key
),

known as (
    select
        entity_key,
        max(entity_uscc) as uscc,
        coalesce(
            max(case when dataset_id = 'market_supervision__enterprises' then registration_no end), max(registration_no)
        ) as registration_no,
        max(case when dataset_id = 'market_supervision__enterprises' then 1 else 0 end) = 1 as is_in_market_register,
        max(case when dataset_id = 'tax__taxpayers' then 1 else 0 end) = 1 as is_in_tax_register,
        max(case when status = 'revoked' then 1 else 0 end) = 1 as has_licence_revoked,
        max(case when status = 'abnormal' then 1 else 0 end) = 1 as has_been_tax_abnormal,
        min(period_start) as first_seen_date,
        count(distinct dataset_id) as source_count
    from records
    group by entity_key
),

older_names as (
    select distinct
        records.entity_key,
        records.entity_name
    from records
    inner join golden on records.entity_key = golden.entity_key
    where records.dataset_id = 'market_supervision__enterprises' and records.entity_name <> golden.entity_name
),

former_names as (
    select
        entity_key,
        {{ dbt.listagg('entity_name', "'、'", 'order by entity_name') }} as former_names
    from older_names
    group by entity_key
)

select
    {{ entity_id('known.entity_key') }} as legal_entity_id,
    known.uscc,
    known.registration_no,
    golden.entity_name,
    former_names.former_names,
    golden.status,
    golden.industry_code,
    golden.established_date,
    case when golden.status <> 'active' then golden.revoked_date end as revoked_date,
    known.is_in_market_register,
    known.is_in_tax_register,
    known.has_licence_revoked,
    known.has_been_tax_abnormal,
    golden.entity_name_dataset_id,
    coalesce(golden.established_date, known.first_seen_date) as valid_from,
    case when golden.status = 'deregistered' then golden.revoked_date end as valid_to,
    known.source_count
from known
left join golden on known.entity_key = golden.entity_key
left join former_names on known.entity_key = former_names.entity_key
