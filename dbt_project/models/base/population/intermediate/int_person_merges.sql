-- Identifiers that belong to one person: a department corrected the ID (and nothing else stands under the former one), or a
-- steward said so. Each leads to one identifier in one step: what would need a chain is left apart. The person keeps the
-- number that follows from the identifier that arrived first.  One row per identifier that is another's.
with

renumbered as (
    select * from {{ ref('int_person_renumbered') }}
),

anchors as (
    select * from {{ ref('int_person_anchors') }}
),

doubles as (
    select * from {{ ref('int_person_doubles') }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
    where decision = 'same'
),

corrected as (
    select
        renumbered.former_no,
        renumbered.current_no,
        min(renumbered.delivery_id) as delivery_id,
        min(renumbered.changed_on) as changed_on,
        'source_record' as match_rule
    from renumbered
    left join anchors as former on renumbered.former_no = former.anchor_no
    left join anchors as latter on renumbered.current_no = latter.anchor_no
    where
        renumbered.is_same_name
        and not coalesce(former.has_other_names, false)
        and coalesce(former.name_key = latter.name_key, true)
    group by renumbered.former_no, renumbered.current_no
),

run as (
    select * from {{ ref('stg_run') }}
),

asked as (
    select
        doubles.other_no,
        doubles.anchor_no,
        {{ pseudonym('P', 'run.person_key', 'ones.resident_id') }} as one_id,
        {{ pseudonym('P', 'run.person_key', 'others.resident_id') }} as other_id
    from doubles
    inner join anchors as ones on doubles.anchor_no = ones.anchor_no
    inner join anchors as others on doubles.other_no = others.anchor_no
    cross join run
),

decided as (
    select
        asked.other_no as former_no,
        asked.anchor_no as current_no,
        cast(null as string) as delivery_id,
        cast(decisions.decided_at as date) as changed_on,
        'steward' as match_rule
    from asked
    inner join decisions
        on {{ review_id('person', "'one_person_two_ids'", "''", 'asked.one_id', 'asked.other_id') }} = decisions.review_id
),

united as (
    select * from corrected
    union all
    select * from decided
),

single as (
    select former_no from united
    group by former_no
    having min(current_no) = max(current_no)
),

kept as (
    select
        united.former_no,
        united.current_no,
        min(united.delivery_id) as delivery_id,
        min(united.changed_on) as changed_on,
        min(united.match_rule) as match_rule
    from united
    inner join single on united.former_no = single.former_no
    left join united as next_steps on united.current_no = next_steps.former_no
    where next_steps.former_no is null
    group by united.former_no, united.current_no
),

members as (
    select
        former_no as anchor_no,
        current_no
    from kept
    union
    select
        current_no as anchor_no,
        current_no
    from kept
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

arrivals as (
    select
        members.current_no,
        members.anchor_no,
        records.resident_id,
        row_number() over (
            partition by members.current_no
            order by deliveries.received_at, records.delivery_id, records.sheet_name, records.line_number, records.role
        ) as arrival
    from members
    inner join {{ ref('int_person_records') }} as records on members.anchor_no = records.anchor_no
    inner join deliveries on records.delivery_id = deliveries.delivery_id
)

select
    kept.former_no,
    kept.current_no,
    arrivals.anchor_no as first_no,
    arrivals.resident_id as first_resident_id,
    kept.delivery_id,
    kept.changed_on,
    kept.match_rule
from kept
inner join arrivals on kept.current_no = arrivals.current_no and arrivals.arrival = 1
