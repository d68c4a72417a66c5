-- Which entity a number belongs to: credit codes, registration numbers, organisation codes, tax numbers and the departments'
-- own record numbers. Who says it beside a credit code goes before who has the number alone; where the best sources name two
-- entities, the number settles nothing.  One row per kind of number and number.
with

records as (
    select * from {{ ref('int_legal_entities_records') }}
),

codes as (
    select * from {{ ref('int_legal_entities_codes') }}
),

-- a code that a record of the register bore before it was corrected is still its own, unless somebody holds it today
older_codes as (
    select distinct
        records.uscc,
        codes.anchor_key
    from records
    inner join codes on records.dataset_id = codes.dataset_id and records.source_key = codes.source_key
    left join codes as holders on records.uscc = holders.uscc and not holders.is_disputed
    where records.uscc <> codes.uscc and records.source_kind = 'register' and holders.uscc is null
),

code_claims as (
    select uscc, anchor_key, 1 as priority from codes
    where uscc is not null and not is_disputed
    union
    select uscc, anchor_key, 1 as priority from older_codes
    union
    select uscc, 'uscc|' || uscc as anchor_key, 2 as priority from records
    where uscc is not null and source_kind <> 'reference' and not (source_kind = 'register' and has_record_no)
),

code_owners as (
    {{ settled_numbers('code_claims', ['uscc']) }}
),

-- rows that say a credit code, or that a record of the register stands behind
anchored as (
    select
        records.*,
        coalesce(codes.anchor_key, code_owners.anchor_key) as anchor_key,
        codes.anchor_key is not null as is_register_record,
        coalesce(codes.is_disputed, false) as is_disputed
    from records
    -- codes are of registers alone; a condition on one side of an outer join would compare every row with every row
    left join codes on records.dataset_id = codes.dataset_id and records.source_key = codes.source_key
    left join code_owners on records.uscc = code_owners.uscc and code_owners.owner_count = 1
    left join codes as disputes on records.uscc = disputes.uscc and disputes.is_disputed
    where codes.anchor_key is not null or (code_owners.anchor_key is not null and disputes.uscc is null)
),

claims as (
    select 'uscc' as number_kind, uscc as number, anchor_key, priority from code_claims
    union
    select 'organisation_code' as number_kind, {{ organisation_code_of('uscc') }} as number, anchor_key, 1 as priority
    from code_claims
    union
    select
        'registration_no' as number_kind,
        registration_no as number,
        anchor_key,
        case
            -- the other numbers of who bears somebody else's code may lead to his own
            when uscc is null or is_disputed then 5
            when source_kind = 'register' or dataset_id = 'market_supervision__registration_number_map' then 1
            when source_kind = 'directory' then 3
            else 4
        end as priority
    from anchored
    where registration_no is not null
    union
    select
        'organisation_code' as number_kind,
        organisation_code as number,
        anchor_key,
        case
            when uscc is null then 5
            when dataset_id = 'market_supervision__registration_number_map' then 2
            when source_kind = 'directory' then 3
            else 4
        end as priority
    from anchored
    where organisation_code is not null
    union
    select
        'tax_no' as number_kind,
        old_tax_no as number,
        anchor_key,
        case
            when dataset_id in ('market_supervision__registration_number_map', 'tax__taxpayers') then 1
            else 3
        end as priority
    from anchored
    where old_tax_no is not null
    union
    select 'record|' || dataset_id as number_kind, source_key as number, anchor_key, 1 as priority
    from anchored
    where has_record_no and source_key is not null and not is_register_record
)

{{ settled_numbers('claims', ['number_kind', 'number']) }}
