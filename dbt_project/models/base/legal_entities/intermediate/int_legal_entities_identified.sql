-- Each record with the entity that its numbers name, strongest number first; a record whose numbers name nobody keeps a key
-- of its own, under which equal ones meet.  One row per source record.
with

records as (
    select * from {{ ref('int_legal_entities_records') }}
),

codes as (
    select * from {{ ref('int_legal_entities_codes') }}
),

numbers as (
    select * from {{ ref('int_legal_entities_numbers') }}
    where owner_count = 1
),

disputes as (
    select distinct uscc from codes
    where is_disputed
),

-- who bears which name under a code that two entities hold
disputed_names as (
    select
        disputes.uscc,
        records.name_key,
        min(codes.anchor_key) as anchor_key
    from disputes
    inner join codes on disputes.uscc = codes.uscc
    inner join records on codes.dataset_id = records.dataset_id and codes.source_key = records.source_key
    group by disputes.uscc, records.name_key
    having count(distinct codes.anchor_key) = 1
),

found as (
    select
        records.*,
        codes.anchor_key as by_register,
        disputed_names.anchor_key as by_code_and_name,
        by_code.anchor_key as by_code,
        by_record.anchor_key as by_record,
        by_registration.anchor_key as by_registration,
        by_organisation.anchor_key as by_organisation,
        by_tax.anchor_key as by_tax,
        case
            when records.uscc is not null then 'uscc|' || records.uscc
            when records.registration_no is not null then 'registration_no|' || records.registration_no
            when records.organisation_code is not null then 'organisation_code|' || records.organisation_code
            when records.old_tax_no is not null then 'tax_no|' || records.old_tax_no
            when records.source_key is not null then 'record|' || records.dataset_id || '|' || records.source_key
            else 'name|' || records.dataset_id || '|' || coalesce(records.name_key, '') || '|' || coalesce(
                records.representative_key, records.operator_key, records.address_key, records.division_code, ''
            )
        end as own_key
    from records
    left join codes on records.dataset_id = codes.dataset_id and records.source_key = codes.source_key
    left join disputed_names on records.uscc = disputed_names.uscc and records.name_key = disputed_names.name_key
    left join numbers as by_code on by_code.number_kind = 'uscc' and records.uscc = by_code.number
    left join numbers as by_record
        on
            by_record.number_kind = 'record|' || records.dataset_id
            and {{ key_if('records.uscc is null', 'records.source_key') }} = by_record.number
    left join numbers as by_registration
        on
            by_registration.number_kind = 'registration_no'
            and {{ key_if('records.uscc is null or codes.is_disputed', 'records.registration_no') }} = by_registration.number
    left join numbers as by_organisation
        on
            by_organisation.number_kind = 'organisation_code'
            and {{ key_if('records.uscc is null', 'records.organisation_code') }} = by_organisation.number
    left join numbers as by_tax
        on
            by_tax.number_kind = 'tax_no'
            and {{ key_if('records.uscc is null', 'records.old_tax_no') }} = by_tax.number
)

select
    *,
    case
        when by_register like 'record|%' then coalesce(by_registration, by_register)
        when by_register is not null and by_register not like 'registration_no|%' then by_register
        else coalesce(by_code_and_name, by_code, by_record, by_registration, by_organisation, by_tax, by_register)
    end as anchor_key,
    case
        when by_register like 'uscc|%' and uscc is null then 'source_record'
        when by_register like 'uscc|%' and by_register <> 'uscc|' || uscc then 'source_record'
        when by_register like 'uscc|%' then 'uscc'
        when by_register like 'record|%' and by_registration <> by_register then 'registration_no'
        when by_register like 'record|%' then 'source_record'
        when by_code_and_name is not null then 'uscc_and_name'
        when by_code is not null then 'uscc'
        when by_record is not null then 'source_record'
        when by_registration = by_register then 'own_registration_no'
        when by_registration is not null then 'registration_no'
        when by_organisation is not null then 'organisation_code'
        when by_tax is not null then 'tax_no'
        when by_register is not null then 'own_registration_no'
    end as match_rule
from found
