-- Which legal entity each record belongs to, by the first rule that settles it: its credit code; the code its record has
-- today; the organisation code inside an old 15-digit tax number; a name that exactly one coded entity of the register
-- bears. What no rule settles stands for itself.  One row per source record.
with

records as (
    select * from {{ ref('int_entity_records') }}
),

-- characters 9 to 17 of a credit code are the organisation code that older numbers were made of
by_organisation_code as (
    select
        substr(current_uscc, 9, 9) as organisation_code,
        min(current_uscc) as uscc
    from records
    where current_uscc is not null
    group by substr(current_uscc, 9, 9)
    having count(distinct current_uscc) = 1
),

by_name as (
    select
        entity_name,
        min(current_uscc) as uscc
    from records
    where current_uscc is not null and dataset_id = 'market_supervision__enterprises'
    group by entity_name
    having count(distinct current_uscc) = 1
),

-- a record that has its code asks nobody: its keys are empty, and the joins are on one column each
asking as (
    select
        *,
        case
            when current_uscc is null and length(registration_no) = 15 then substr(registration_no, 7, 9)
        end as asked_organisation_code,
        case when current_uscc is null then entity_name end as asked_name
    from records
),

matched as (
    select
        asking.*,
        coalesce(asking.current_uscc, by_organisation_code.uscc, by_name.uscc) as entity_uscc,
        case
            when asking.uscc is not null then 'uscc'
            when asking.current_uscc is not null then 'source_record'
            when by_organisation_code.uscc is not null then 'organisation_code'
            when by_name.uscc is not null then 'entity_name'
            when asking.registration_no is not null then 'own_registration_no'
            else 'own_name'
        end as match_rule
    from asking
    left join by_organisation_code on asking.asked_organisation_code = by_organisation_code.organisation_code
    left join by_name on asking.asked_name = by_name.entity_name
)

select
    *,
    case
        when entity_uscc is not null then 'uscc|' || entity_uscc
        when registration_no is not null then 'registration_no|' || registration_no
        else 'entity_name|' || entity_name
    end as entity_key,
    -- a name may be taken over by another entity once it is free
    case match_rule when 'organisation_code' then 0.98 when 'entity_name' then 0.9 else 1.0 end as match_score
from matched
