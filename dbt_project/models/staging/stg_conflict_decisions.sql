-- 冲突裁定: whose value stands of what departments disagree about, because a data steward said so.  One row per decided conflict.
select
    conflict_id,
    decision_id,
    entity_type,
    entity_id,
    attribute,
    dataset_id,
    value,
    compared_value,
    decided_at,
    decided_by,
    reason
from {{ source('lake', 'conflict_decisions') }}
