-- 匹配复核: doubtful matches that wait for a data steward, and what was decided.  A decision whose question the records do
-- not raise any more stays visible.  One row per review.
{% set columns = [
    'review_id', 'entity_type', 'kind', 'dataset_id', 'delivery_id', 'file_name', 'sheet_name', 'line_number', 'role',
    'subject_id', 'candidate_id', 'score', 'reason_zh', 'evidence',
] -%}
with

reviews as (
    {{ united('reviews', ['persons', 'legal_entities', 'macro', 'certificates', 'credit_subjects', 'places'], columns) }}
),

decisions as (
    select * from {{ ref('stg_match_decisions') }}
)

select
    coalesce(reviews.review_id, decisions.review_id) as review_id,
    reviews.entity_type,
    reviews.kind,
    reviews.dataset_id,
    reviews.delivery_id,
    reviews.file_name,
    reviews.sheet_name,
    reviews.line_number,
    reviews.role,
    reviews.subject_id,
    reviews.candidate_id,
    reviews.score,
    reviews.reason_zh,
    reviews.evidence,
    case
        when decisions.review_id is null then 'open'
        when reviews.review_id is null then 'lapsed'
        else 'decided'
    end as status,
    decisions.decision,
    decisions.decided_at,
    decisions.decided_by,
    decisions.reason as decision_reason
from reviews
full outer join decisions on reviews.review_id = decisions.review_id
