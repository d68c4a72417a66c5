-- 电子证照基础库: social security cards, the first certificate that is connected.  One row per certificate.
with

cards as (
    {{ latest_state('stg_human_resources__social_security_cards', ['certificate_no'], 'increment') }}
),

run as (
    select * from {{ ref('stg_run') }}
)

select
    {{ pseudonym('C', 'run.person_key', 'cards.certificate_no') }} as certificate_id,
    '社会保障卡' as certificate_type_zh,
    'person' as holder_type,
    {{ pseudonym('P', 'run.person_key', 'cards.resident_id') }} as holder_id,
    cards.issuing_division_code,
    cards.status,
    cards.issued_date as valid_from,
    cards.valid_to_date as valid_to,
    1 as source_count
from cards
cross join run
