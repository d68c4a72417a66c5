-- What each dataset says today about a legal entity, by authority and freshness.  One row per entity, attribute and dataset.
with

records as (
    select * from {{ ref('int_entity_matches') }}
),

authority as (
    select * from {{ ref('attribute_authority') }}
    where entity_type = 'legal_entity'
),

numbered as (
    select
        *,
        row_number() over (
            partition by entity_key, dataset_id
            order by changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
        ) as recency
    from records
),

freshest as (
    select * from numbered
    where recency = 1
),

unpivoted as (
    select entity_key, dataset_id, department_zh, changed_at, 'entity_name' as attribute, entity_name as value
    from freshest
    union all
    -- register and tax office use other words for a living entity; its end and a revoked licence they share
    select
        entity_key,
        dataset_id,
        department_zh,
        changed_at,
        'status' as attribute,
        case when status in ('deregistered', 'revoked') then status else 'active' end as value
    from freshest
    union all
    select entity_key, dataset_id, department_zh, changed_at, 'industry_code' as attribute, industry_code as value
    from freshest
    union all
    select
        entity_key,
        dataset_id,
        department_zh,
        changed_at,
        'established_date' as attribute,
        cast(established_date as string) as value
    from freshest
    union all
    select
        entity_key,
        dataset_id,
        department_zh,
        changed_at,
        'revoked_date' as attribute,
        cast(revoked_date as string) as value
    from freshest
),

ranked as (
    select
        unpivoted.*,
        row_number() over (
            partition by unpivoted.entity_key, unpivoted.attribute
            order by authority.authority_rank asc, unpivoted.changed_at desc, unpivoted.dataset_id asc
        ) as preference
    from unpivoted
    inner join authority
        on unpivoted.attribute = authority.attribute and unpivoted.dataset_id = authority.dataset_id
    where unpivoted.value is not null
)

select * from ranked
