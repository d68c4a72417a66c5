-- 社会保障卡: the latest state of each card, under numbers that name nobody.  One row per card.
with

cards as (
    {{ latest_state('stg_human_resources__social_security_cards', ['certificate_no'], 'increment') }}
),

divisions as (
    select * from {{ ref('region_divisions') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

aliases as (
    select * from {{ ref('int_person_aliases') }}
)

select
    {{ pseudonym('C', 'run.person_key', 'cards.certificate_no') }} as certificate_id,
    coalesce(aliases.person_id, {{ pseudonym('P', 'run.person_key', 'cards.resident_id') }}) as person_id,
    cards.card_type_code,
    cards.bank_code,
    cards.issuing_division_code,
    divisions.region_code,
    cards.issued_date,
    cards.valid_to_date,
    cards.is_activated,
    cards.status,
    cards.updated_at,
    cards.delivery_id,
    cards.line_number
from cards
cross join run
left join aliases on cards.resident_id = aliases.resident_id
left join divisions on {{ county_of('cards.issuing_division_code') }} = divisions.division_code
