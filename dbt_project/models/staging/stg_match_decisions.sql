-- 匹配裁定: what stands of each doubtful match that a data steward decided.  One row per decided review.
select
    review_id,
    decision,
    decided_at,
    decided_by,
    reason
from {{ source('lake', 'match_decisions') }}
