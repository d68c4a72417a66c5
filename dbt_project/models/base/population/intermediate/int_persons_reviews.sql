-- Doubtful persons that a steward is asked about: a record whose evidence is too weak or fits several people, two people under
-- one number, one person under two. What was decided stays in the list.  One row per review.
with

choices as (
    select * from {{ ref('int_person_choices') }}
    where place = 1 or kind = 'two_people_one_id' or decision is not null
),

unsettled as (
    select * from {{ ref('int_person_unsettled') }}
),

settled as (
    select * from {{ ref('int_person_settled') }}
),

persons as (
    select * from {{ ref('int_person_golden') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

doubles as (
    select * from {{ ref('int_person_doubles') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

anchors as (
    select * from {{ ref('int_person_anchors') }}
    where
        anchor_no in (select listed.anchor_no from doubles as listed)
        or anchor_no in (select listed.other_no from doubles as listed)
),

of_records as (
    select
        choices.review_id,
        choices.kind,
        unsettled.dataset_id,
        unsettled.delivery_id,
        unsettled.sheet_name,
        unsettled.line_number,
        unsettled.role,
        subjects.person_id as subject_id,
        candidates.person_id as candidate_id,
        {{ match_probability('choices.bits') }} as score,
        case choices.kind
            when 'two_people_one_id' then '同一证件号下姓名与出生日期均不相符，可能是另一人'
            else '依据不足或有多名候选人，无法自动关联'
        end as reason_zh,
        concat_ws(
            '；',
            case choices.name_agreement when 'same' then '姓名相同' when 'similar' then '姓名差一字' when 'different' then '姓名不同' end,
            case choices.birth_agreement
                when 'same' then '出生日期相同' when 'near' then '出生日期相近' when 'different' then '出生日期不同'
            end,
            case when choices.is_contact_same then '电话、住址或户号相同' end,
            case when choices.is_firm_same then '用人单位相同' end,
            case choices.division_agreement when 'same' then '区划相同' when 'different' then '区划不同' end
        ) as evidence
    from choices
    inner join unsettled on choices.record_no = unsettled.record_no
    inner join settled on choices.record_no = settled.record_no
    left join persons as subjects on settled.person_no = subjects.person_no
    left join persons as candidates on choices.person_no = candidates.person_no
    -- evidence that was enough leaves no question
    where settled.own_key is not null or choices.decision is not null
),

firsts as (
    select
        anchor_no,
        dataset_id,
        delivery_id,
        sheet_name,
        line_number,
        role,
        row_number() over (partition by anchor_no order by staleness) as recency
    from {{ ref('int_person_records') }}
    where anchor_no in (select listed.other_no from doubles as listed)
),

merged as (
    select * from {{ ref('int_person_merges') }}
),

of_identifiers as (
    select
        {{ review_id(
            'person',
            "'one_person_two_ids'",
            "''",
            pseudonym('P', 'run.person_key', 'ones.resident_id'),
            pseudonym('P', 'run.person_key', 'others.resident_id'),
        ) }} as review_id,
        'one_person_two_ids' as kind,
        firsts.dataset_id,
        firsts.delivery_id,
        firsts.sheet_name,
        firsts.line_number,
        firsts.role,
        latter.person_id as subject_id,
        former.person_id as candidate_id,
        case when doubles.is_contact_same then 0.9 else 0.5 end as score,
        '姓名、出生日期、性别相同而证件号不同，可能是同一人' as reason_zh,
        case when doubles.is_contact_same then '电话或户号相同' else '区划相同' end as evidence
    from doubles
    inner join anchors as ones on doubles.anchor_no = ones.anchor_no
    inner join anchors as others on doubles.other_no = others.anchor_no
    inner join firsts on doubles.other_no = firsts.anchor_no and firsts.recency = 1
    left join merged as one_merges on doubles.anchor_no = one_merges.former_no
    left join merged as other_merges on doubles.other_no = other_merges.former_no
    left join persons as former on coalesce(one_merges.current_no, doubles.anchor_no) = former.person_no
    left join persons as latter on coalesce(other_merges.current_no, doubles.other_no) = latter.person_no
    cross join run
    -- a correction by the department has settled it
    where
        coalesce(one_merges.match_rule, '') <> 'source_record'
        and coalesce(other_merges.match_rule, '') <> 'source_record'
),

united as (
    select * from of_records
    union all
    select * from of_identifiers
),

-- rows of one department's number ask the same question once, by its newest row
numbered as (
    select
        *,
        row_number() over (
            partition by review_id order by delivery_id desc, line_number desc, sheet_name desc, role desc
        ) as occurrence
    from united
)

select
    numbered.review_id,
    'person' as entity_type,
    numbered.kind,
    numbered.dataset_id,
    numbered.delivery_id,
    deliveries.file_name,
    numbered.sheet_name,
    numbered.line_number,
    numbered.role,
    numbered.subject_id,
    numbered.candidate_id,
    cast(numbered.score as double) as score,
    numbered.reason_zh,
    numbered.evidence
from numbered
inner join deliveries on numbered.delivery_id = deliveries.delivery_id
where numbered.occurrence = 1
