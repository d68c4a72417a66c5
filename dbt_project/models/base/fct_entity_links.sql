-- 实体关联: to which person or legal entity each source record was matched, by which rule.  One row per source record.
with

person_records as (
    select * from {{ ref('int_person_records') }}
),

entity_records as (
    select * from {{ ref('int_entity_matches') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

person_links as (
    select
        'person' as entity_type,
        {{ pseudonym('P', 'run.person_key', 'person_records.current_resident_id') }} as entity_id,
        person_records.dataset_id,
        person_records.delivery_id,
        person_records.file_name,
        person_records.sheet_name,
        person_records.line_number,
        case
            when person_records.resident_id = person_records.current_resident_id then 'resident_id'
            else 'source_record'
        end as match_rule,
        1.0 as match_score
    from person_records
    cross join run
),

entity_links as (
    select
        'legal_entity' as entity_type,
        {{ entity_id('entity_key') }} as entity_id,
        dataset_id,
        delivery_id,
        file_name,
        sheet_name,
        line_number,
        match_rule,
        match_score
    from entity_records
),

links as (
    select * from person_links
    union all
    select * from entity_links
)

select
    entity_type,
    entity_id,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    match_rule,
    cast(match_score as double) as match_score
from links
