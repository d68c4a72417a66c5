-- 医保电子凭证: how long each person's voucher stood active; an activation lasts until the person's next event.
-- One row per activation event.
with

events as (
    {{ latest_state('stg_medical_insurance__voucher_activations', ['activation_id'], 'event', changed_at=none) }}
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
        lead(activated_at) over (partition by resident_id order by activated_at, activation_id) as next_event_at
    from events
)

select
    coalesce(aliases.person_id, {{ pseudonym('P', 'run.person_key', 'followed.resident_id') }}) as person_id,
    followed.activation_id,
    followed.channel_code,
    followed.activated_at as opened_at,
    followed.next_event_at as closed_at,
    followed.delivery_id,
    followed.line_number
from followed
cross join run
left join aliases on followed.resident_id = aliases.resident_id
where followed.activation_type_code = 'activate'
