-- Whom each credit record is about: the legal entity that its base found (never by a name alone), the person of the resident
-- ID, else whoever bears the number in the record. Without a number nobody: the record is kept and shown as not linked.
-- One row per source record.
with

records as (
    select * from {{ ref('int_credit_subjects_records') }}
),

entity_links as (
    select * from {{ ref('int_legal_entities_links') }}
),

persons as (
    select
        {{ resident_key('resident_id') }} as person_key,
        min(person_id) as person_id
    from {{ ref('dim_persons') }}
    group by {{ resident_key('resident_id') }}
    having count(*) = 1
),

run as (
    select * from {{ ref('stg_run') }}
),

found as (
    select
        records.*,
        entity_links.entity_id as legal_entity_id,
        entity_links.match_rule as entity_rule,
        entity_links.match_score as entity_score,
        case when entity_links.entity_id is null then persons.person_id end as person_id,
        case
            when entity_links.entity_id is not null or persons.person_id is not null then null
            when records.uscc is not null then {{ pseudonym('K', 'run.person_key', 'records.uscc') }}
            when records.person_key is not null then {{ pseudonym('K', 'run.person_key', 'records.person_key') }}
        end as own_id
    from records
    cross join run
    left join entity_links
        on
            records.delivery_id = entity_links.delivery_id
            and records.sheet_name is not distinct from entity_links.sheet_name
            and records.line_number = entity_links.line_number
    left join persons
        on
            {{ key_if("coalesce(records.subject_type_code, 'person') = 'person'", 'records.person_key') }}
            = persons.person_key
)

select
    *,
    coalesce('K' || substr(coalesce(legal_entity_id, person_id), 2), own_id) as credit_subject_id,
    case
        when legal_entity_id is not null then 'legal_entity'
        when person_id is not null or (own_id is not null and uscc is null) then 'person'
        when own_id is not null then 'legal_entity'
    end as subject_type,
    case
        when legal_entity_id is not null then entity_rule
        when person_id is not null then 'resident_id'
        when own_id is not null and uscc is not null then 'own_uscc'
        when own_id is not null then 'own_resident_id'
        when is_masked then 'masked_number'
        else 'unlinked'
    end as link_rule,
    cast(case
        when legal_entity_id is not null then entity_score
        when person_id is not null or own_id is not null then 1
    end as double) as link_score
from found
