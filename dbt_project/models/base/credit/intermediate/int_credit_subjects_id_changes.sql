-- Numbers of credit subjects that lead to another number today: of subjects known by nothing but the code or ID in a record
-- until the population or legal entity base knew them, and of persons and entities whose own number changed. The number of a
-- subject follows from theirs.  One row per former number and number of today.
with

records as (
    select * from {{ ref('int_credit_subjects_matches') }}
    where credit_subject_id is not null and own_id is null
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

subjects as (
    select * from {{ ref('dim_credit_subjects') }}
),

-- when a credit record first named each code or ID
named as (
    select
        records.credit_subject_id,
        records.legal_entity_id,
        records.person_id,
        coalesce(records.uscc, records.person_key) as number,
        min(deliveries.received_at) as first_at
    from records
    inner join deliveries on records.delivery_id = deliveries.delivery_id
    where coalesce(records.uscc, records.person_key) is not null
    group by
        records.credit_subject_id, records.legal_entity_id, records.person_id, coalesce(records.uscc, records.person_key)
),

entity_records as (
    select
        keys.legal_entity_id,
        members.uscc,
        members.received_at,
        members.delivery_id
    from {{ ref('int_legal_entities_matches') }} as members
    inner join {{ ref('int_legal_entities_keys') }} as keys on members.entity_key = keys.entity_key
    where members.source_kind <> 'reference'
),

person_records as (
    select
        persons.person_id,
        deliveries.received_at,
        members.delivery_id
    from {{ ref('dim_persons') }} as persons
    inner join {{ ref('int_person_records') }} as members on persons.resident_id = members.resident_id
    inner join deliveries on members.delivery_id = deliveries.delivery_id
    where persons.person_id in (select listed.person_id from named as listed)
),

-- when the base of entities or persons first knew it: an entity by the code itself, else as it is known at all
known as (
    select
        named.credit_subject_id,
        named.number,
        min(entity_records.received_at) as known_at,
        min_by(entity_records.delivery_id, entity_records.received_at) as delivery_id
    from named
    inner join entity_records on named.legal_entity_id = entity_records.legal_entity_id and named.number = entity_records.uscc
    group by named.credit_subject_id, named.number
    union all
    select
        named.credit_subject_id,
        named.number,
        min(person_records.received_at) as known_at,
        min_by(person_records.delivery_id, person_records.received_at) as delivery_id
    from named
    inner join person_records on named.person_id = person_records.person_id
    group by named.credit_subject_id, named.number
),

identified as (
    select
        {{ pseudonym('K', 'run.person_key', 'named.number') }} as former_id,
        named.credit_subject_id as entity_id,
        -- a code that two entities bear leads to the one that was known first; the other one is told as split
        case
            when row_number() over (partition by named.number order by known.known_at asc, named.credit_subject_id asc) = 1
                then 'merged'
            else 'split'
        end as change_kind,
        known.delivery_id,
        cast(known.known_at as date) as changed_on
    from named
    inner join known on named.credit_subject_id = known.credit_subject_id and named.number = known.number
    cross join run
    where named.first_at < known.known_at
),

followed as (
    {%- for entities in ['persons', 'legal_entities'] %}
        select
            'K' || substr(former_id, 2) as former_id,
            'K' || substr(entity_id, 2) as entity_id,
            change_kind,
            delivery_id,
            changed_on
        from {{ ref('int_' ~ entities ~ '_id_changes') }}
        union all
    {%- endfor %}
    select * from identified
)

select
    'credit_subject' as entity_type,
    followed.former_id,
    followed.entity_id,
    followed.change_kind,
    followed.delivery_id,
    followed.changed_on
from followed
inner join subjects on followed.entity_id = subjects.credit_subject_id
left join subjects as living on followed.former_id = living.credit_subject_id
where living.credit_subject_id is null or followed.change_kind = 'split'
