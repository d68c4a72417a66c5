-- 电子社保卡: how long each person's electronic card stood open; an issue lasts until the person's next event.
-- One row per issue event.
with

events as (
    {{ latest_state('stg_human_resources__electronic_card_issuance', ['issue_id'], 'event', changed_at=none) }}
),

run as (
    select * from {{ ref('stg_run') }}
),

aliases as (
    select * from {{ ref('int_person_aliases') }}
),

followed as (
    select
        *,
        lead(issued_at) over (partition by resident_id order by issued_at, issue_id) as next_event_at
    from events
)

select
    coalesce(aliases.person_id, {{ pseudonym('P', 'run.person_key', 'followed.resident_id') }}) as person_id,
    followed.issue_id,
    followed.channel_code,
    followed.issued_at as opened_at,
    followed.next_event_at as closed_at,
    followed.delivery_id,
    followed.line_number
from followed
cross join run
left join aliases on followed.resident_id = aliases.resident_id
where followed.issue_type_code = 'issue'
