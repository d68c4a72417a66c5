-- The candidates of each unsettled record in the order of their evidence, with what a steward said of each. Candidates that
-- are one person count as one.  One row per unsettled record and person that it may belong to.
with

candidates as (
    select * from {{ ref('int_person_candidates') }}
),

unsettled as (
    select * from {{ ref('int_person_unsettled') }}
),

anchors as (
    select * from {{ ref('int_person_anchors') }}
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

thresholds as (
    {{ match_weights('person', ['accept', 'review', 'margin']) }}
),

-- a stray may also be, as a steward sees it, the person whose identifier it carries
proposed as (
    select
        candidates.record_no,
        candidates.anchor_no,
        candidates.bits,
        candidates.name_agreement,
        candidates.birth_agreement,
        candidates.is_contact_same,
        candidates.is_firm_same,
        candidates.is_number_same,
        candidates.division_agreement,
        'possible_match' as kind
    from candidates
    cross join thresholds
    inner join unsettled on candidates.record_no = unsettled.record_no
    where
        candidates.bits >= thresholds.review
        and (unsettled.anchor_no is null or candidates.anchor_no <> unsettled.anchor_no)
    union all
    select
        record_no,
        anchor_no,
        null as bits,
        null as name_agreement,
        null as birth_agreement,
        false as is_contact_same,
        false as is_firm_same,
        false as is_number_same,
        null as division_agreement,
        'two_people_one_id' as kind
    from unsettled
    where is_stray
),

keyed as (
    select
        proposed.*,
        coalesce(merged.current_no, proposed.anchor_no) as person_no,
        {{ review_id(
            'person',
            'proposed.kind',
            'unsettled.dataset_id',
            "coalesce(unsettled.source_key, unsettled.delivery_id || '|' || coalesce(unsettled.sheet_name, '') || '|' || cast(unsettled.line_number as string)) || '|' || unsettled.role",
            pseudonym('P', 'run.person_key', 'anchors.resident_id'),
        ) }} as review_id
    from proposed
    inner join unsettled on proposed.record_no = unsettled.record_no
    inner join anchors on proposed.anchor_no = anchors.anchor_no
    left join merged on proposed.anchor_no = merged.former_no
    cross join run
),

decided as (
    select
        keyed.*,
        decisions.decision,
        row_number() over (
            partition by keyed.record_no, keyed.person_no
            order by
                case when decisions.decision = 'same' then 0 else 1 end asc, keyed.bits desc nulls last, keyed.anchor_no asc
        ) as place_in_person
    from keyed
    left join decisions on keyed.review_id = decisions.review_id
)

select
    record_no,
    anchor_no,
    person_no,
    kind,
    bits,
    name_agreement,
    birth_agreement,
    is_contact_same,
    is_firm_same,
    is_number_same,
    division_agreement,
    review_id,
    decision,
    row_number() over (
        partition by record_no
        order by
            case decision when 'same' then 0 when 'different' then 2 else 1 end asc,
            bits desc nulls last,
            anchor_no asc
    ) as place,
    lead(case when decision is distinct from 'different' then bits end) over (
        partition by record_no
        order by
            case decision when 'same' then 0 when 'different' then 2 else 1 end asc,
            bits desc nulls last,
            anchor_no asc
    ) as next_bits
from decided
where place_in_person = 1
