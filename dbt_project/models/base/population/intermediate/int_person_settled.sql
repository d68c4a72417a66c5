-- To whom each record belongs that its identifier does not settle, or that carries a corrected one: the one candidate that the
-- evidence accepts and that no other comes near, else the steward's word, else a person of its own, told apart by name and
-- birth, by its department's number, or by the record itself.  One row per source record and role.
with

unsettled as (
    select * from {{ ref('int_person_unsettled') }}
),

choices as (
    select * from {{ ref('int_person_choices') }}
    where place = 1
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

thresholds as (
    {{ match_weights('person', ['accept', 'review', 'margin']) }}
),

moved as (
    select
        records.record_no,
        records.anchor_no,
        coalesce(merged.current_no, renumbered.current_no) as person_no,
        cast(null as string) as own_key,
        'source_record' as match_rule,
        0.99 as match_score
    from {{ ref('int_person_records') }} as records
    inner join {{ ref('int_person_renumbered') }} as renumbered
        on records.source_no = renumbered.source_no and records.anchor_no = renumbered.former_no
    left join merged on renumbered.current_no = merged.former_no
),

judged as (
    select
        unsettled.*,
        choices.person_no,
        choices.bits,
        choices.decision,
        choices.kind,
        concat_ws(
            '+',
            case when choices.is_number_same then 'number' end,
            case when choices.name_agreement in ('same', 'similar') then 'name' end,
            case when choices.birth_agreement in ('same', 'near') then 'birth' end,
            case when choices.is_contact_same then 'contact' end,
            case when choices.is_firm_same then 'firm' end,
            case when choices.division_agreement = 'same' then 'division' end
        ) as evidence,
        coalesce(choices.decision = 'same', false) as is_decided,
        coalesce(
            choices.kind = 'possible_match'
            and choices.bits >= thresholds.accept
            and choices.bits - coalesce(choices.next_bits, choices.bits - thresholds.margin) >= thresholds.margin
            and choices.decision is distinct from 'different',
            false
        ) as is_accepted,
        coalesce(choices.bits >= thresholds.accept and choices.decision is distinct from 'different', false) as is_ambiguous
    from unsettled
    left join choices on unsettled.record_no = choices.record_no
    cross join thresholds
),

-- the same name, birth and sex without any identifier is one person, unless two persons with one fit it already
own as (
    select
        *,
        case
            when name_key is not null and birth_no is not null
                then 'name+birth|' || name_key || '|' || cast(birth_no as string) || '|' || coalesce(sex, '')
        end as name_birth_key,
        case
            when relative_no is not null and birth_no is not null
                then 'child|' || cast(relative_no as string) || '|' || cast(birth_no as string) || '|' || coalesce(sex, '')
            when is_stray and name_key is not null then 'identifier|' || cast(anchor_no as string) || '|' || name_key
        end as other_key,
        coalesce(
            key_space || '|' || source_key,
            'record|' || delivery_id || '|' || coalesce(sheet_name, '') || '|' || cast(line_number as string) || '|' || role
        ) as hard_key
    from judged
    where not (is_decided or is_accepted)
),

-- the second person under a number stands there with and without a birth
told as (
    select
        *,
        case
            when is_ambiguous then null
            when name_birth_key is not null then name_birth_key
            when is_stray then coalesce(min(name_birth_key) over (partition by anchor_no, name_key), other_key)
            else other_key
        end as soft_key
    from own
),

alone as (
    select
        *,
        coalesce(
            soft_key,
            case
                when
                    source_no is not null
                    and min(soft_key) over (partition by source_no) = max(soft_key) over (partition by source_no)
                    then min(soft_key) over (partition by source_no)
            end,
            hard_key
        ) as own_key
    from told
),

placed as (
    select
        record_no,
        anchor_no,
        source_no,
        is_stray,
        person_no,
        cast(null as string) as own_key,
        case when is_decided then 'steward' else evidence end as match_rule,
        case when is_decided then 1 else least({{ match_probability('bits') }}, 0.9999) end as match_score
    from judged
    where is_decided or is_accepted
    union all
    select
        record_no,
        anchor_no,
        source_no,
        is_stray,
        -{{ hash_no(['own_key']) }} as person_no,
        own_key,
        case when soft_key is not null then 'own_name_birth' else 'own_record' end as match_rule,
        1.0 as match_score
    from alone
),

leaders as (
    select
        source_no,
        anchor_no,
        min(person_no) as person_no,
        min(own_key) as own_key
    from placed
    where is_stray and source_no is not null
    group by source_no, anchor_no
    having min(person_no) = max(person_no)
),

-- log rows without a name go where the named rows under the same number of the department go
followers as (
    select
        records.record_no,
        records.anchor_no,
        leaders.person_no,
        leaders.own_key,
        'number' as match_rule,
        0.95 as match_score
    from {{ ref('int_person_records') }} as records
    inner join leaders on records.source_no = leaders.source_no and records.anchor_no = leaders.anchor_no
    where records.name_no is null
)

select
    record_no,
    anchor_no,
    person_no,
    own_key,
    match_rule,
    cast(match_score as double) as match_score
from moved
union all
select
    record_no,
    anchor_no,
    person_no,
    own_key,
    match_rule,
    cast(match_score as double) as match_score
from placed
union all
select
    record_no,
    anchor_no,
    person_no,
    own_key,
    match_rule,
    cast(match_score as double) as match_score
from followers
