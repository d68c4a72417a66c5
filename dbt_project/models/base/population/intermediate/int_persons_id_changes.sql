-- Numbers of persons that lead to another person's number today: of identifiers that were corrected or merged, and of those
-- that two people had used, where one of them has left.  One row per former number and number of today.
with

merged as (
    select * from {{ ref('int_person_merges') }}
),

members as (
    select
        former_no as anchor_no,
        current_no,
        first_no,
        delivery_id,
        changed_on,
        match_rule
    from merged
    union
    select
        current_no as anchor_no,
        current_no,
        first_no,
        min(delivery_id) as delivery_id,
        min(changed_on) as changed_on,
        min(match_rule) as match_rule
    from merged
    group by current_no, first_no
),

strays as (
    select
        settled.anchor_no,
        settled.person_no,
        min(records.delivery_id) as delivery_id,
        min(cast(records.changed_at as date)) as changed_on
    from {{ ref('int_person_settled') }} as settled
    inner join {{ ref('int_person_unsettled') }} as records on settled.record_no = records.record_no
    where records.is_stray and settled.person_no <> settled.anchor_no
    group by settled.anchor_no, settled.person_no
),

united as (
    select
        anchor_no,
        current_no as person_no,
        case match_rule when 'source_record' then 'identifier_corrected' else 'merged' end as change_kind,
        delivery_id,
        changed_on
    from members
    where anchor_no <> first_no
    union all
    select
        anchor_no,
        person_no,
        'split' as change_kind,
        delivery_id,
        changed_on
    from strays
),

identifiers as (
    select
        anchor_no,
        min(resident_id) as resident_id
    from {{ ref('int_person_records') }}
    where anchor_no in (select listed.anchor_no from united as listed)
    group by anchor_no
),

persons as (
    select * from {{ ref('int_person_golden') }}
),

run as (
    select * from {{ ref('stg_run') }}
)

select
    'person' as entity_type,
    {{ pseudonym('P', 'run.person_key', 'identifiers.resident_id') }} as former_id,
    persons.person_id as entity_id,
    united.change_kind,
    united.delivery_id,
    united.changed_on
from united
inner join identifiers on united.anchor_no = identifiers.anchor_no
inner join persons on united.person_no = persons.person_no
cross join run
