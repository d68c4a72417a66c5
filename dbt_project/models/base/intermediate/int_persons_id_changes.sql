-- Persons whose records carry another resident ID today.  One row per former number and number of today.
with

records as (
    select * from {{ ref('int_person_records') }}
    where resident_id <> current_resident_id
),

run as (
    select * from {{ ref('stg_run') }}
),

numbered as (
    select
        {{ pseudonym('P', 'run.person_key', 'records.resident_id') }} as former_id,
        {{ pseudonym('P', 'run.person_key', 'records.current_resident_id') }} as entity_id,
        records.delivery_id,
        cast(records.changed_at as date) as changed_on,
        row_number() over (
            partition by records.resident_id, records.current_resident_id
            order by records.changed_at asc, records.delivery_id asc
        ) as occurrence
    from records
    cross join run
)

select
    'person' as entity_type,
    former_id,
    entity_id,
    'identifier_corrected' as change_kind,
    delivery_id,
    changed_on
from numbered
where occurrence = 1
