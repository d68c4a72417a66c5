-- What each dataset says today about a person, one attribute a row, ordered by authority (一数一源) and then by freshness.
-- One row per person, attribute and dataset.
with

records as (
    select * from {{ ref('int_person_records') }}
    where resident_id = current_resident_id
),

authority as (
    select * from {{ ref('attribute_authority') }}
    where entity_type = 'person'
),

numbered as (
    select
        *,
        row_number() over (
            partition by current_resident_id, dataset_id
            order by changed_at desc, period_end desc, revision_no desc, delivery_id desc, line_number desc
        ) as recency
    from records
),

freshest as (
    select * from numbered
    where recency = 1
),

unpivoted as (
    select current_resident_id, dataset_id, department_zh, changed_at, 'person_name' as attribute, person_name as value
    from freshest
    union all
    select current_resident_id, dataset_id, department_zh, changed_at, 'sex' as attribute, sex as value
    from freshest
    union all
    select
        current_resident_id,
        dataset_id,
        department_zh,
        changed_at,
        'birth_date' as attribute,
        cast(birth_date as string) as value
    from freshest
    union all
    select
        current_resident_id,
        dataset_id,
        department_zh,
        changed_at,
        'insured_division_code' as attribute,
        division_code as value
    from freshest
    where dataset_id in ('medical_insurance__insured_persons', 'human_resources__insured_persons')
),

ranked as (
    select
        unpivoted.current_resident_id as resident_id,
        unpivoted.attribute,
        unpivoted.value,
        unpivoted.dataset_id,
        unpivoted.department_zh,
        unpivoted.changed_at,
        row_number() over (
            partition by unpivoted.current_resident_id, unpivoted.attribute
            order by authority.authority_rank asc, unpivoted.changed_at desc, unpivoted.dataset_id asc
        ) as preference
    from unpivoted
    inner join authority
        on unpivoted.attribute = authority.attribute and unpivoted.dataset_id = authority.dataset_id
    where unpivoted.value is not null
)

select * from ranked
