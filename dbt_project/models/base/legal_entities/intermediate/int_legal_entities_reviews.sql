-- What a data steward is asked about legal entities: a code used again by another business, a name that speaks against the
-- code, a record without a number whose name others bear.  One row per question.
with

records as (
    select * from {{ ref('int_legal_entities_matches') }}
),

keys as (
    select * from {{ ref('int_legal_entities_keys') }}
),

codes as (
    select * from {{ ref('int_legal_entities_codes') }}
),

-- also where the record bears its own code again today
used_again as (
    select
        {{ review_id(
            'legal_entity', "'code_used_again'", 'records.dataset_id', 'records.source_key', "'uscc|' || records.uscc"
        ) }} as review_id,
        'code_used_again' as kind,
        records.dataset_id,
        records.delivery_id,
        records.file_name,
        records.sheet_name,
        records.line_number,
        records.entity_key,
        'uscc|' || records.uscc as candidate_key,
        0.3 as score,
        '统一社会信用代码已属于另一主体, 名称和负责人都不一致' as reason_zh,
        records.uscc || ' ' || records.entity_name as evidence,
        {{ newest_of("records.dataset_id, records.source_key, records.uscc") }} as recency
    from codes
    inner join records on codes.dataset_id = records.dataset_id and codes.source_key = records.source_key
    inner join codes as holders
        on
            records.uscc = holders.uscc
            and 'uscc|' || records.uscc = holders.anchor_key
            and (codes.dataset_id <> holders.dataset_id or codes.source_key <> holders.source_key)
    where
        (codes.is_questioned and records.uscc = codes.uscc)
        or (records.entity_key <> holders.anchor_key and records.uscc is distinct from codes.uscc)
),

against_code as (
    select
        contradicted.review_id,
        'name_against_code' as kind,
        records.dataset_id,
        records.delivery_id,
        records.file_name,
        records.sheet_name,
        records.line_number,
        records.entity_key,
        contradicted.bearer_key as candidate_key,
        0.5 as score,
        '记录的信用代码与名称分属两个主体' as reason_zh,
        records.uscc || ' ' || records.entity_name as evidence,
        {{ newest_of('contradicted.review_id') }} as recency
    from {{ ref('int_legal_entities_contradicted') }} as contradicted
    inner join records
        on
            records.uscc is not null
            and contradicted.dataset_id = records.dataset_id
            and contradicted.name_key = records.name_key
            and contradicted.representative_key is not distinct from records.representative_key
            and records.entity_key in (contradicted.anchor_key, contradicted.linked_key)
    where contradicted.bearer_key is not null and coalesce(contradicted.match_rule, '') not in ('branch_name')
),

by_name as (
    select
        named.review_id,
        case when named.name_bearer_count > 1 then 'shared_name' else 'name_only' end as kind,
        records.dataset_id,
        records.delivery_id,
        records.file_name,
        records.sheet_name,
        records.line_number,
        records.entity_key,
        named.bearer_key as candidate_key,
        named.match_score as score,
        case
            when named.name_bearer_count > 1 then '同名主体不止一个, 不能只凭名称关联'
            else '只有名称相同, 没有其他信息佐证'
        end as reason_zh,
        records.entity_name as evidence,
        {{ newest_of('named.review_id') }} as recency
    from {{ ref('int_legal_entities_named') }} as named
    inner join records on named.group_key = records.own_key and records.uscc is null
    where
        named.match_rule is null
        and named.bearer_key is not null
        and records.name_key = named.name_key
        -- households and small shops go by the names of people: thousands share them and nothing hangs on it
        and (records.source_kind = 'reference' or named.is_organisation)
        and records.match_rule in ('unknown', 'own_name', 'own_record', 'own_tax_no', 'own_organisation_code')
),

questions as (
    select * from used_again
    where recency = 1
    union all
    select * from against_code
    where recency = 1
    union all
    select * from by_name
    where recency = 1
)

select
    questions.review_id,
    'legal_entity' as entity_type,
    questions.kind,
    questions.dataset_id,
    questions.delivery_id,
    questions.file_name,
    questions.sheet_name,
    questions.line_number,
    'self' as role,
    subjects.legal_entity_id as subject_id,
    candidates.legal_entity_id as candidate_id,
    cast(questions.score as double) as score,
    questions.reason_zh,
    questions.evidence
from questions
left join keys as subjects on questions.entity_key = subjects.entity_key
left join keys as candidates on questions.candidate_key = candidates.entity_key
