-- The credit code that each record of the market register holds today, and the key of its entity. A code that two records
-- hold although neither name nor representative agrees was used again: it stays with the rightful holder, who never bore
-- another one, whom other departments know under it, and who is older; the other one stands under its own record number
-- and somebody has to look.  One row per record of the market register.
with

register_rows as (
    select * from {{ ref('int_legal_entities_records') }}
    where source_kind = 'register' and has_record_no
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by dataset_id, source_key
            order by case when uscc is null then 1 else 0 end, {{ newest_first() }}
        ) as recency,
        min(established_date) over (partition by dataset_id, source_key) as first_established,
        min(received_at) over (partition by dataset_id, source_key) as first_received,
        min(uscc) over (partition by dataset_id, source_key)
        <> max(uscc) over (partition by dataset_id, source_key) as has_had_others
    from register_rows
),

newest as (
    select * from ranked
    where recency = 1
),

-- under which names other departments know a code
known_names as (
    select
        uscc,
        name_key,
        count(*) as record_count
    from {{ ref('int_legal_entities_records') }}
    where source_kind <> 'register' and uscc is not null
    group by uscc, name_key
),

holders as (
    select
        newest.*,
        row_number() over (
            partition by newest.uscc
            order by
                newest.has_had_others asc, coalesce(known_names.record_count, 0) desc,
                case when newest.first_established is null then 1 else 0 end, newest.first_established asc,
                newest.first_received asc, newest.dataset_id asc, newest.source_key asc
        ) as holder_no
    from newest
    left join known_names on newest.uscc = known_names.uscc and newest.name_key = known_names.name_key
),

said_of_first as (
    select distinct
        holders.uscc,
        register_rows.name_key,
        register_rows.representative_key,
        register_rows.operator_key
    from holders
    inner join register_rows
        on holders.dataset_id = register_rows.dataset_id and holders.source_key = register_rows.source_key
    where holders.holder_no = 1 and holders.uscc is not null
),

agreeing as (
    select distinct
        register_rows.dataset_id,
        register_rows.source_key
    from holders
    inner join register_rows
        on holders.dataset_id = register_rows.dataset_id and holders.source_key = register_rows.source_key
    inner join said_of_first
        on
            holders.uscc = said_of_first.uscc
            and (
                register_rows.name_key = said_of_first.name_key
                or register_rows.representative_key = said_of_first.representative_key
                or register_rows.operator_key = said_of_first.operator_key
            )
    where holders.holder_no > 1
),

questioned as (
    select
        holders.*,
        {{ review_id(
            'legal_entity', "'code_used_again'", 'holders.dataset_id', 'holders.source_key', "'uscc|' || holders.uscc"
        ) }} as review_id,
        holders.holder_no > 1 and agreeing.source_key is null and holders.uscc is not null as is_questioned
    from holders
    left join agreeing on holders.dataset_id = agreeing.dataset_id and holders.source_key = agreeing.source_key
)

select
    questioned.dataset_id,
    questioned.source_key,
    questioned.uscc,
    questioned.registration_no,
    questioned.review_id,
    questioned.is_questioned,
    questioned.is_questioned and coalesce(decisions.decision, 'different') <> 'same' as is_disputed,
    case
        when questioned.uscc is not null and not (
            questioned.is_questioned and coalesce(decisions.decision, 'different') <> 'same'
        ) then 'uscc|' || questioned.uscc
        when questioned.uscc is null and questioned.registration_no is not null
            then 'registration_no|' || questioned.registration_no
        else 'record|' || questioned.dataset_id || '|' || questioned.source_key
    end as anchor_key
from questioned
left join decisions on questioned.review_id = decisions.review_id
