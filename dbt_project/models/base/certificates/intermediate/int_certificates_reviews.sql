-- Certificates whose holder no base knows: kept, shown without a holder, and asked about. A person that only certificates name
-- is no better known than one that nobody names.  One row per certificate.
{% set certificates_alone = [
    'human_resources__social_security_cards', 'human_resources__electronic_card_issuance',
    'medical_insurance__voucher_activations', 'public_security__driving_licences', 'civil_affairs__marriage_registrations',
    'health__death_certificates', 'health__birth_certificates', 'development_reform__licence_publicity',
    'development_reform__penalty_publicity', 'market_supervision__food_licences', 'transport__road_transport_certificates',
    'natural_resources__property_certificates', 'court__judgment_defaulters', 'development_reform__red_and_black_lists',
] -%}
with

records as (
    select * from {{ ref('int_certificates_records') }}
    where not is_event
),

holders as (
    select * from {{ ref('int_certificates_holders') }}
    where holder_place = 1 and is_named
),

known_persons as (
    select distinct entity_id
    from {{ ref('int_persons_links') }}
    where not list_contains({{ certificates_alone }}, dataset_id)
),

persons as (
    select
        person_id,
        birth_date
    from {{ ref('dim_persons') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

doubtful as (
    select
        records.*,
        holders.holder_id,
        holders.holder_name,
        row_number() over (
            partition by records.certificate_id
            order by
                records.changed_at desc, records.period_end desc, records.revision_no desc, records.delivery_id desc,
                records.line_number desc
        ) as recency
    from records
    inner join holders
        on
            records.delivery_id = holders.delivery_id
            and records.sheet_name is not distinct from holders.sheet_name
            and records.line_number = holders.line_number
    left join known_persons on holders.holder_id = known_persons.entity_id
    left join persons on holders.holder_id = persons.person_id
    cross join run
    where
        holders.holder_id is null
        or (holders.holder_type = 'person' and known_persons.entity_id is null)
        -- nobody of that age is alive
        or persons.birth_date < run.business_date - interval 120 year
)

select
    {{ review_id('certificate', "'unknown_holder'", 'dataset_id', 'certificate_id', "''") }} as review_id,
    'certificate' as entity_type,
    'unknown_holder' as kind,
    dataset_id,
    delivery_id,
    file_name,
    sheet_name,
    line_number,
    'self' as role,
    certificate_id as subject_id,
    holder_id as candidate_id,
    cast(0 as double) as score,
    '持证人在人口库和法人库中都查不到' as reason_zh,
    certificate_type_zh as evidence
from doubtful
where recency = 1
